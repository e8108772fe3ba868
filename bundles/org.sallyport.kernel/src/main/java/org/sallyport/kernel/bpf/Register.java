// SPDX-License-Identifier: Apache-2.0
package org.sallyport.kernel.bpf;

/**
 * The registers of a BPF program, 64 bits each. A call of a helper takes its arguments in {@link
 * #R1} to {@link #R5}, leaves nothing of use in them, and its result in {@link #R0}; {@link #R6} to
 * {@link #R9} keep what they hold.
 */
public enum Register {
  /** Results, and the program's own at its end. */
  R0(0),
  /** The context at the start; first argument. */
  R1(1),
  /** Second argument. */
  R2(2),
  /** Third argument. */
  R3(3),
  /** Fourth argument. */
  R4(4),
  /** Fifth argument. */
  R5(5),
  /** Kept over calls. */
  R6(6),
  /** Kept over calls. */
  R7(7),
  /** Kept over calls. */
  R8(8),
  /** Kept over calls. */
  R9(9),
  /** The end of the stack of 512 bytes, which lies below it; read only. */
  R10(10);

  private final int number;

  Register(int number) {
    this.number = number;
  }

  int number() {
    return number;
  }
}
