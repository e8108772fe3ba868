// SPDX-License-Identifier: Apache-2.0
package org.sallyport.engine.internal.text;

import java.util.ArrayList;
import java.util.List;
import org.sallyport.api.decision.RuleSyntaxException;

/**
 * One word of a rule or flow text.
 *
 * @param text the word, quotes included
 * @param column where it starts, from 1
 */
public record Word(String text, int column) {

  /** Longest text that is read, in characters. */
  static final int MAX_TEXT_LENGTH = 4096;

  /** Splits at blanks that stand outside of double quotes. */
  public static List<Word> split(String text) throws RuleSyntaxException {
    checkCharacters(text, 1);
    List<Word> words = new ArrayList<>();
    int start = -1;
    boolean quoted = false;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == ' ' && !quoted) {
        if (start >= 0) {
          words.add(new Word(text.substring(start, i), start + 1));
          start = -1;
        }
        continue;
      }
      start = start < 0 ? i : start;
      if (c == '"') {
        quoted = !quoted;
      } else if (c == '\\' && quoted) {
        i++;
      }
    }
    if (start >= 0) {
      words.add(new Word(text.substring(start), start + 1));
    }
    return words;
  }

  /** Takes words as a shell split them; columns count as if single blanks stood between them. */
  public static List<Word> ofShell(List<String> shellWords) throws RuleSyntaxException {
    List<Word> words = new ArrayList<>();
    int column = 1;
    for (String text : shellWords) {
      checkCharacters(text, column);
      words.add(new Word(text, column));
      column += text.length() + 1;
      if (column > MAX_TEXT_LENGTH + 2) {
        throw tooLong(column);
      }
    }
    return words;
  }

  private static void checkCharacters(String text, int column) throws RuleSyntaxException {
    if (text.length() > MAX_TEXT_LENGTH) {
      throw tooLong(column);
    }
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean pair =
          Character.isHighSurrogate(c)
              && i + 1 < text.length()
              && Character.isLowSurrogate(text.charAt(i + 1));
      if (pair) {
        i++;
      } else if (isSteering(c) || Character.isSurrogate(c)) {
        throw new RuleSyntaxException(
            String.format("the character U+%04X cannot stand in a rule", (int) c),
            column + i,
            "Take it out: a rule is one line without control characters.");
      }
    }
  }

  /**
   * Whether a character acts instead of being shown: controls, bidirectional controls (Unicode UAX
   * #9), separators of lines and paragraphs, the byte order mark. A rule must read as it works.
   */
  public static boolean isSteering(char c) {
    return Character.isISOControl(c)
        || c == '\u061c'
        || c == '\u200e'
        || c == '\u200f'
        || (c >= '\u2028' && c <= '\u202e')
        || (c >= '\u2066' && c <= '\u2069')
        || c == '\ufeff';
  }

  static RuleSyntaxException tooLong(int column) {
    return new RuleSyntaxException(
        "the text is longer than " + MAX_TEXT_LENGTH + " characters",
        column,
        "Make several rules of it.");
  }

  /** The word as it may be shown in a message: not too long. */
  public String shown() {
    return shown(text);
  }

  /** A text as it may be shown in a message: in quotes and not too long. */
  public static String shown(String text) {
    if (text.length() <= 60) {
      return "'" + text + "'";
    }
    int end = Character.isHighSurrogate(text.charAt(39)) ? 39 : 40;
    return "'" + text.substring(0, end) + "…'";
  }
}
