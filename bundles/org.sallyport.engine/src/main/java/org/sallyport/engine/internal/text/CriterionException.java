// SPDX-License-Identifier: Apache-2.0
package org.sallyport.engine.internal.text;

/** A criterion that has the right form but makes no sense; the message goes to a person. */
public class CriterionException extends IllegalArgumentException {

  private static final long serialVersionUID = 1L;

  private final String hint;

  /** Creates it with what is wrong and what to do. */
  public CriterionException(String message, String hint) {
    super(message);
    this.hint = hint;
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
