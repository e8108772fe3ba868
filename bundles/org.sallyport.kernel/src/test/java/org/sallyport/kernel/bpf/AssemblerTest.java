// SPDX-License-Identifier: Apache-2.0
package org.sallyport.kernel.bpf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.sallyport.kernel.bpf.Register.R0;
import static org.sallyport.kernel.bpf.Register.R1;
import static org.sallyport.kernel.bpf.Register.R10;
import static org.sallyport.kernel.bpf.Register.R6;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class AssemblerTest {

  private static String hex(Code code, ByteOrder order) {
    ByteBuffer bytes = ByteBuffer.allocate(code.size() * Instruction.LENGTH).order(order);
    code.write(bytes);
    return HexFormat.ofDelimiter(" ").formatHex(bytes.array());
  }

  /** Encoded by hand from linux/bpf.h, as a kernel's own tool prints it. */
  @Test
  void shouldEncodeAsTheKernelDecodes() {
    Code code =
        new Assembler()
            .move(R6, R1)
            .load(Width.INT, R0, R6, 16)
            .jumpIf(R0, Condition.EQUAL, 8, "end")
            .store(Width.LONG, R10, -8, R0)
            .label("end")
            .exit()
            .assemble();
    assertThat(hex(code, ByteOrder.LITTLE_ENDIAN))
        .isEqualTo(
            "bf 16 00 00 00 00 00 00 "
                + "61 60 10 00 00 00 00 00 "
                + "15 00 01 00 08 00 00 00 "
                + "7b 0a f8 ff 00 00 00 00 "
                + "95 00 00 00 00 00 00 00");
    assertThat(hex(code, ByteOrder.BIG_ENDIAN)).startsWith("bf 61 00 00 00 00 00 00 61 06 00 10");
  }

  @Test
  void shouldListTheProgramForPeople() {
    Code code =
        new Assembler()
            .moveLong(R1, 1L << 40)
            .label("again")
            .store(Width.SHORT, R10, -4, 7)
            .jumpIf(R1, Condition.ABOVE, R6, "again")
            .call(Helper.KTIME_GET_NS)
            .exit()
            .assemble();
    assertThat(code.size()).isEqualTo(6);
    assertThat(code.listing())
        .containsExactly(
            "   0: r1 = 1099511627776 ll",
            "again:",
            "   2: *(u16 *)(r10 - 4) = 7",
            "   3: if r1 > r6 goto again",
            "   4: call KTIME_GET_NS",
            "   5: exit");
  }

  @Test
  void shouldRefuseWhatCannotBeEncoded() {
    assertThatThrownBy(() -> new Assembler().jump("nowhere").exit().assemble())
        .hasMessageContaining("nowhere");
    assertThatThrownBy(() -> new Assembler().jump("end").label("end").assemble())
        .as("a label behind the last instruction")
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> new Assembler().label("a").label("a"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Assembler().load(Width.BYTE, R0, R1, 40_000))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
