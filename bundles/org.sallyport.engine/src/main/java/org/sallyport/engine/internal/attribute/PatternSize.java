// SPDX-License-Identifier: Apache-2.0
package org.sallyport.engine.internal.attribute;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How large an expression becomes when its counted repetitions are written out, as RE2 does: {@code
 * ((a{1000}){1000}){1000}} would fill the heap before anything is matched. An estimate from above,
 * in characters and groups; what is no expression at all is for the compiler to refuse.
 */
final class PatternSize {

  private static final Pattern COUNT = Pattern.compile("\\{([0-9]{1,9})(?:,([0-9]{0,9}))?}");
  private static final Pattern CLASS_NAME = Pattern.compile("\\[:\\^?[a-z]*:]");
  private static final long MAX = Integer.MAX_VALUE;

  private final String text;
  private final Matcher count;
  private final Deque<Long> outer = new ArrayDeque<>();
  private long group;
  private long last;
  private int at;

  private PatternSize(String text) {
    this.text = text;
    this.count = COUNT.matcher(text);
  }

  /** The size of an expression. */
  static long of(String expression) {
    return new PatternSize(expression).size();
  }

  private long size() {
    while (at < text.length()) {
      switch (text.charAt(at)) {
        case '(' -> open();
        case ')' -> close();
        case '{' -> repeat();
        case '[' -> characters();
        case '\\' -> escape();
        default -> atom(1);
      }
    }
    while (!outer.isEmpty()) {
      close();
    }
    return group;
  }

  private void open() {
    outer.push(group);
    group = 1;
    last = 0;
    at++;
  }

  private void close() {
    long inner = group;
    group = outer.isEmpty() ? 0 : outer.pop();
    last = inner;
    group = Math.min(MAX, group + inner);
    at++;
  }

  private void atom(int characters) {
    last = 1;
    group = Math.min(MAX, group + 1);
    at += characters;
  }

  /** What stands before is there that often; once counts already. */
  private void repeat() {
    if (!count.find(at) || count.start() != at) {
      atom(1);
      return;
    }
    long most = Math.max(number(count.group(1)), number(count.group(2)));
    long added = Math.min(MAX, last * Math.max(0, most - 1));
    last = Math.min(MAX, last + added);
    group = Math.min(MAX, group + added);
    at = count.end();
  }

  private static long number(String digits) {
    return digits == null || digits.isEmpty() ? 0 : Long.parseLong(digits);
  }

  /** A class counts as one; a bracket first in it is a character. */
  private void characters() {
    int end = at + 1;
    end += text.startsWith("^", end) ? 1 : 0;
    end += text.startsWith("]", end) ? 1 : 0;
    Matcher name = CLASS_NAME.matcher(text);
    while (end < text.length() && text.charAt(end) != ']') {
      if (text.charAt(end) == '\\') {
        end += 2;
      } else if (name.region(end, text.length()).lookingAt()) {
        end = name.end();
      } else {
        end++;
      }
    }
    atom(Math.min(end + 1, text.length()) - at);
  }

  private void escape() {
    if (!text.startsWith("\\Q", at)) {
      atom(2);
      return;
    }
    int end = text.indexOf("\\E", at);
    int quoted = (end < 0 ? text.length() : end) - at - 2;
    last = 1;
    group += quoted;
    at = end < 0 ? text.length() : end + 2;
  }
}
