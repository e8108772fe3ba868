// SPDX-License-Identifier: Apache-2.0
package org.sallyport.engine.internal.text;

/**
 * A user or group that this host does not know, or could not look up in time. Wrong in a new rule;
 * one in force becomes unresolved, since accounts and name services come and go under it.
 */
public final class UnknownNameException extends CriterionException {

  private static final long serialVersionUID = 1L;

  /** As for any criterion. */
  public UnknownNameException(String message, String hint) {
    super(message, hint);
  }
}
