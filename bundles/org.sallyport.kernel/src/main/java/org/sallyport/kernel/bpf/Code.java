// SPDX-License-Identifier: Apache-2.0
package org.sallyport.kernel.bpf;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * Assembled instructions, their labels resolved. They name maps by descriptors, so they are good as
 * long as those maps are open.
 */
public final class Code {

  private final List<Instruction> instructions;
  private final List<String> listing;

  Code(List<Instruction> instructions, List<String> listing) {
    this.instructions = List.copyOf(instructions);
    this.listing = List.copyOf(listing);
  }

  /**
   * How many instructions of 8 bytes; a 64-bit constant takes two.
   *
   * @return 1 or more
   */
  public int size() {
    return instructions.size();
  }

  /** The instructions as the kernel takes them. */
  void write(ByteBuffer to) {
    for (int i = 0; i < instructions.size(); i++) {
      instructions.get(i).write(to, i * Instruction.LENGTH);
    }
  }

  /**
   * The program for people, a line for each instruction and label.
   *
   * @return lines such as {@code 12: r1 = *(u32 *)(r6 + 16)}
   */
  public List<String> listing() {
    return listing;
  }

  @Override
  public String toString() {
    return String.join("\n", listing);
  }
}
