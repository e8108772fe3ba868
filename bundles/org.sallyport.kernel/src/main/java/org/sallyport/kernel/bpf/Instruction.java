// SPDX-License-Identifier: Apache-2.0
package org.sallyport.kernel.bpf;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * One instruction ({@code struct bpf_insn} of linux/bpf.h), 8 bytes:
 *
 * <pre>
 *  0       1         2         4              8
 * +-------+----+----+---------+--------------+
 * | code  |src |dst | offset  |  immediate   |
 * +-------+----+----+---------+--------------+
 * </pre>
 *
 * @param code the operation code, 0 to 255
 * @param target the number of the register written or compared, 0 to 10
 * @param source the number of the other register, or a mark of its own, 0 to 10
 * @param offset signed 16 bits: of an address in bytes, of a jump in instructions
 * @param immediate a constant
 */
record Instruction(int code, int target, int source, int offset, int immediate) {

  /** Bytes. */
  static final int LENGTH = 8;

  Instruction {
    if (offset != (short) offset) {
      throw new IllegalArgumentException("an offset has 16 bits: " + offset);
    }
  }

  /** The nibbles of the registers are the other way round on hosts that count from the top. */
  void write(ByteBuffer to, int at) {
    boolean little = to.order() == ByteOrder.LITTLE_ENDIAN;
    int registers = little ? source << 4 | target : target << 4 | source;
    to.put(at, (byte) code).put(at + 1, (byte) registers);
    to.putShort(at + 2, (short) offset).putInt(at + 4, immediate);
  }
}
