// SPDX-License-Identifier: Apache-2.0
package org.sallyport.kernel.bpf;

import java.io.IOException;
import org.sallyport.kernel.internal.LibC;

/** What bpf(2) refused. */
public final class BpfException extends IOException {

  private static final long serialVersionUID = 1L;

  private final int errorNumber;
  private final String verifierLog;

  BpfException(String what, int errorNumber) {
    this(what, errorNumber, "");
  }

  BpfException(String what, int errorNumber, String verifierLog) {
    super(what + ": " + reason(errorNumber) + (verifierLog.isEmpty() ? "" : "\n" + verifierLog));
    this.errorNumber = errorNumber;
    this.verifierLog = verifierLog;
  }

  private static String reason(int errorNumber) {
    return "errno "
        + errorNumber
        + switch (errorNumber) {
          case LibC.EPERM -> " (EPERM: CAP_BPF, CAP_PERFMON or CAP_NET_ADMIN is missing)";
          case LibC.ENOSYS -> " (ENOSYS: this kernel has no bpf(2))";
          default -> "";
        };
  }

  /** Throws if a call failed. */
  static int demand(int result, String what) throws BpfException {
    if (result < 0) {
      throw new BpfException(what, -result);
    }
    return result;
  }

  /**
   * The error number.
   *
   * @return a positive errno
   */
  public int errorNumber() {
    return errorNumber;
  }

  /**
   * What the kernel's verifier found wrong with a program; its end, where it is long.
   *
   * @return lines, or nothing where the verifier was not asked
   */
  public String verifierLog() {
    return verifierLog;
  }
}
