// SPDX-License-Identifier: Apache-2.0
package org.sallyport.core.internal.document;

/** A policy's text makes no sense; the message is one sentence for a person. */
public final class PolicyTextException extends Exception {

  private static final long serialVersionUID = 1L;

  private final int line;
  private final int column;

  PolicyTextException(int line, int column, String message, Throwable cause) {
    super(message, cause);
    this.line = line;
    this.column = column;
  }

  /**
   * Where.
   *
   * @return the line, from 1
   */
  public int line() {
    return line;
  }

  /**
   * Where in the line.
   *
   * @return the column, from 1
   */
  public int column() {
    return column;
  }
}
