// SPDX-License-Identifier: Apache-2.0
package org.sallyport.engine.internal.text;

import java.util.ArrayList;
import java.util.List;
import org.sallyport.api.decision.RuleSyntaxException;
import org.sallyport.api.rule.Criterion;
import org.sallyport.api.rule.Operator;

/**
 * Reads {@code [!]attribute=value[,value…]}. A value in double quotes knows the escapes {@code \"}
 * and {@code \\}. In a shell word a value that does not start with a double quote is taken as it
 * stands up to the next comma, or to the end where the operator takes one value only.
 */
public final class CriterionReader {

  static final int MAX_VALUES = 256;

  private final String text;
  private final int column;
  private final boolean shellWord;
  private int at;

  private CriterionReader(Word word, boolean shellWord) {
    this.text = word.text();
    this.column = word.column();
    this.shellWord = shellWord;
  }

  /** Reads one word. */
  public static Criterion read(Word word, boolean shellWord) throws RuleSyntaxException {
    return new CriterionReader(word, shellWord).criterion();
  }

  /** Whether a word has the form of a criterion: a sign follows what could be a name. */
  public static boolean looksLike(String word) {
    return word.indexOf('=') >= 0 || word.indexOf('~') >= 0;
  }

  private Criterion criterion() throws RuleSyntaxException {
    boolean negated = text.startsWith("!");
    at = negated ? 1 : 0;
    int nameStart = at;
    while (at < text.length() && isNameCharacter(text.charAt(at))) {
      at++;
    }
    String attribute = text.substring(nameStart, at);
    if (attribute.isEmpty()) {
      throw error(
          "an attribute's name is missing in " + Word.shown(text),
          "Write attribute=value, for example remote.port=443.");
    }
    Operator operator = operator(attribute);
    List<String> values = values(attribute, operator);
    return new Criterion(attribute, operator, values, negated);
  }

  private static boolean isNameCharacter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
  }

  private Operator operator(String attribute) throws RuleSyntaxException {
    for (Operator operator : List.of(Operator.REGEX, Operator.EQUALS, Operator.GLOB)) {
      if (text.startsWith(operator.sign(), at)) {
        at += operator.sign().length();
        return operator;
      }
    }
    if (text.startsWith("!=", at)) {
      throw error(
          "'!=' is no operator", "Put the exclamation mark first: !" + attribute + "=value.");
    }
    throw error(
        "a sign =, ~ or =~ must follow the attribute's name in " + Word.shown(text),
        "Names of attributes have only a-z, 0-9, dot, _ and -.");
  }

  private List<String> values(String attribute, Operator operator) throws RuleSyntaxException {
    boolean single = operator != Operator.EQUALS;
    List<String> values = new ArrayList<>();
    boolean more = true;
    while (more) {
      values.add(value(attribute, single));
      more = at < text.length();
      if (more) {
        separator(attribute, operator);
      }
      if (values.size() > MAX_VALUES) {
        throw error(
            attribute + " has more than " + MAX_VALUES + " values", "Make several rules of it.");
      }
    }
    return values;
  }

  private void separator(String attribute, Operator operator) throws RuleSyntaxException {
    if (text.charAt(at) != ',') {
      throw error(
          "after the closing quote comes a comma or a blank",
          "Put the whole value in quotes, and \\\" for a quote in it.");
    }
    if (operator != Operator.EQUALS) {
      throw error(
          attribute + operator.sign() + " takes one value, and a comma ends it",
          "If the comma belongs to the value, put the value in double quotes.");
    }
    at++;
  }

  private String value(String attribute, boolean single) throws RuleSyntaxException {
    if (at < text.length() && text.charAt(at) == '"') {
      return quoted();
    }
    int start = at;
    while (at < text.length() && !(text.charAt(at) == ',' && !(shellWord && single))) {
      if (!shellWord && mustBeQuoted(text.charAt(at), at == start)) {
        throw error(
            "a value with " + text.charAt(at) + " needs double quotes",
            "Write \"…\" around the whole value, \\\" for a quote and \\\\ for a backslash in it.");
      }
      at++;
    }
    if (at == start) {
      throw error(
          "a value of " + attribute + " is missing", "An empty value is written as two quotes.");
    }
    return text.substring(start, at);
  }

  private static boolean mustBeQuoted(char c, boolean first) {
    return c == '"' || c == '\\' || (first && c == '\'');
  }

  private String quoted() throws RuleSyntaxException {
    StringBuilder value = new StringBuilder();
    int open = at++;
    while (at < text.length() && text.charAt(at) != '"') {
      char c = text.charAt(at++);
      if (c == '\\') {
        c = at < text.length() ? text.charAt(at) : ' ';
        if (c != '"' && c != '\\') {
          throw error(
              "a backslash in quotes is followed by a quote or a backslash",
              "Write \\\\ for one backslash.");
        }
        at++;
      }
      value.append(c);
    }
    if (at == text.length()) {
      at = open;
      throw error("the quote is not closed", "Add the closing double quote.");
    }
    at++;
    return value.toString();
  }

  private RuleSyntaxException error(String message, String hint) {
    return new RuleSyntaxException(message, column + at, hint);
  }
}
