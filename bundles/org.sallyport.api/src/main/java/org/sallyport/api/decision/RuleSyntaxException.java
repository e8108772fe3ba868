// SPDX-License-Identifier: Apache-2.0
package org.sallyport.api.decision;

/** A rule or flow text that makes no sense. The message names the word and what to do. */
public class RuleSyntaxException extends Exception {

  private static final long serialVersionUID = 1L;

  private final int column;
  private final String hint;

  /**
   * Creates the exception.
   *
   * @param message what is wrong; no control characters
   * @param column where in the text it was noticed, from 1
   * @param hint what to do; may be empty
   */
  public RuleSyntaxException(String message, int column, String hint) {
    super(message);
    this.column = column;
    this.hint = hint;
  }

  /**
   * Where it was noticed.
   *
   * @return the column, from 1
   */
  public int column() {
    return column;
  }

  /**
   * What to do.
   *
   * @return one sentence, or an empty string
   */
  public String hint() {
    return hint;
  }
}
