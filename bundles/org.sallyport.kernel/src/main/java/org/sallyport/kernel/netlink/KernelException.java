// SPDX-License-Identifier: Apache-2.0
package org.sallyport.kernel.netlink;

import com.sun.jna.Native;
import java.io.IOException;

/** A system call or a netlink request that failed. */
public final class KernelException extends IOException {

  private static final long serialVersionUID = 1L;

  private final int errorNumber;

  /**
   * Makes the exception; the error's text is added to the message.
   *
   * @param what what was tried, for a person
   * @param errorNumber a positive errno
   */
  public KernelException(String what, int errorNumber) {
    super(what + ": errno " + errorNumber);
    this.errorNumber = errorNumber;
  }

  /** For the call that just failed on this thread. */
  static KernelException ofLastCall(String what) {
    return new KernelException(what, Native.getLastError());
  }

  /**
   * The error number.
   *
   * @return a positive errno
   */
  public int errorNumber() {
    return errorNumber;
  }
}
