// SPDX-License-Identifier: Apache-2.0
package org.sallyport.engine.internal.text;

/** A rule that is understood but not accepted; the message goes to a person. */
public final class RefusedRuleException extends CriterionException {

  private static final long serialVersionUID = 1L;

  /** Creates it with why it is not accepted and what to do. */
  public RefusedRuleException(String message, String hint) {
    super(message, hint);
  }
}
