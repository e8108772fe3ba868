// SPDX-License-Identifier: Apache-2.0
package org.sallyport.api.backend;

/** A backend could not bring the kernel to what was asked. The message says what to do. */
public class BackendException extends Exception {

  private static final long serialVersionUID = 1L;

  /**
   * Creates the exception.
   *
   * @param message what failed and what to do
   * @param cause the failure below, or null
   */
  public BackendException(String message, Throwable cause) {
    super(message, cause);
  }
}
