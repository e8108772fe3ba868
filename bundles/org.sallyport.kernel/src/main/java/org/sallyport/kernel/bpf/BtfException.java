// SPDX-License-Identifier: Apache-2.0
package org.sallyport.kernel.bpf;

import java.io.IOException;

/** The kernel's types are not there, not whole, or do not hold what was asked for. */
public final class BtfException extends IOException {

  private static final long serialVersionUID = 1L;

  /**
   * Makes the exception.
   *
   * @param message what is wrong, for a person
   */
  public BtfException(String message) {
    super(message);
  }
}
