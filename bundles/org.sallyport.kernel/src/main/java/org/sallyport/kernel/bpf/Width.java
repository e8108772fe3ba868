// SPDX-License-Identifier: Apache-2.0
package org.sallyport.kernel.bpf;

/** How much of memory an instruction reads or writes; shorter values are unsigned. */
public enum Width {
  /** One byte. */
  BYTE(0x10, Byte.BYTES),
  /** Two bytes. */
  SHORT(0x08, Short.BYTES),
  /** Four bytes. */
  INT(0x00, Integer.BYTES),
  /** Eight bytes. */
  LONG(0x18, Long.BYTES);

  private final int code;
  private final int byteCount;

  Width(int code, int byteCount) {
    this.code = code;
    this.byteCount = byteCount;
  }

  /** The bits of the operation code (BPF_SIZE of linux/bpf_common.h). */
  int code() {
    return code;
  }

  /**
   * The size.
   *
   * @return 1, 2, 4 or 8
   */
  public int byteCount() {
    return byteCount;
  }
}
