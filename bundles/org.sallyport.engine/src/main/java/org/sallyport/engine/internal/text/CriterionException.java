// SPDX-License-Identifier: Apache-2.0
package org.sallyport.engine.internal.text;

/** A criterion that has the right form but makes no sense; the message goes to a person. */
public class CriterionException extends IllegalArgumentException {

  private static final long serialVersionUID = 1L;

  private static final int MAX_LENGTH = 1_000;

  private final String hint;

  /** Creates it with what is wrong and what to do. */
  public CriterionException(String message, String hint) {
    super(bounded(message));
    this.hint = bounded(hint);
  }

  /** A message that quotes what somebody wrote, without the middle of it if that is long. */
  public static String bounded(String message) {
    int length = message.length();
    return length <= MAX_LENGTH
        ? message
        : message.substring(0, MAX_LENGTH / 2) + "…" + message.substring(length - MAX_LENGTH / 2);
  }

  /** What to do; may be empty. */
  public String hint() {
    return hint;
  }

  /** What to do about any exception that speaks of a value. */
  public static String hintOf(IllegalArgumentException e) {
    return e instanceof CriterionException known ? known.hint() : "";
  }
}
