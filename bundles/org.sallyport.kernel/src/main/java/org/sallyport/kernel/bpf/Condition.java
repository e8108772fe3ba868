// SPDX-License-Identifier: Apache-2.0
package org.sallyport.kernel.bpf;

/** When a jump is taken, comparing 64 bits; unsigned where not said otherwise. */
public enum Condition {
  /** Equal. */
  EQUAL(0x10, "=="),
  /** Not equal. */
  NOT_EQUAL(0x50, "!="),
  /** Greater. */
  ABOVE(0x20, ">"),
  /** Greater or equal. */
  AT_LEAST(0x30, ">="),
  /** Some bit is set in both. */
  ANY_BIT(0x40, "&"),
  /** Less or equal, as signed numbers: how helpers report failure. */
  SIGNED_AT_MOST(0xd0, "s<=");

  private final int code;
  private final String text;

  Condition(int code, String text) {
    this.code = code;
    this.text = text;
  }

  /** The bits of the operation code (linux/bpf.h, BPF_JEQ and following). */
  int code() {
    return code;
  }

  @Override
  public String toString() {
    return text;
  }
}
