// SPDX-License-Identifier: Apache-2.0
package org.sallyport.api.rule;

/** A store could not keep a change; nothing of it was kept. The message says what to do. */
public class StoreException extends Exception {

  private static final long serialVersionUID = 1L;

  /**
   * Creates the exception.
   *
   * @param message what failed, with the place, and what to do
   * @param cause the failure below, or null
   */
  public StoreException(String message, Throwable cause) {
    super(message, cause);
  }
}
