// SPDX-License-Identifier: Apache-2.0
package org.sallyport.kernel.bpf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.sallyport.kernel.bpf.BtfBytes.Member;

class BtfTest {

  /** 1 int; 2 union {a, b}; 3 struct inner; 4 const inner; 5 struct outer; 6 struct loop. */
  private static byte[] sample(ByteOrder order) {
    return new BtfBytes(order)
        .integer()
        .aggregate(BtfBytes.UNION, "", false, new Member("a", 1, 0), new Member("b", 1, 0))
        .aggregate(BtfBytes.STRUCT, "inner", false, new Member("x", 1, 0), new Member("y", 1, 32))
        .constant(3)
        .aggregate(
            BtfBytes.STRUCT,
            "outer",
            true,
            new Member("first", 1, 0),
            new Member("", 2, 64),
            new Member("flag", 1, 3 << 24 | 96),
            new Member("held", 4, 128))
        .aggregate(BtfBytes.STRUCT, "loop", false, new Member("", 6, 0), new Member("", 6, 0))
        .build();
  }

  private static Btf parse(byte[] bytes) throws BtfException {
    return Btf.parse(ByteBuffer.wrap(bytes));
  }

  @Test
  void shouldFindMembersWhereverTheyStand() throws Exception {
    for (ByteOrder order : new ByteOrder[] {ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN}) {
      Btf btf = parse(sample(order));
      assertThat(btf.size()).isEqualTo(6);
      assertThat(btf.offset("inner", "y")).isEqualTo(4);
      assertThat(btf.offset("outer", "first")).isZero();
      assertThat(btf.offset("outer", "b")).as("in a union without a name").isEqualTo(8);
      assertThat(btf.offset("outer", "held.y")).as("through a const").isEqualTo(20);
    }
  }

  @Test
  void shouldSayWhatIsNotThere() throws Exception {
    Btf btf = parse(sample(ByteOrder.LITTLE_ENDIAN));
    assertThat(btf.find("outer", "third")).isEmpty();
    assertThat(btf.find("nothing", "x")).isEmpty();
    assertThat(btf.find("outer", "first.x")).as("an int has no members").isEmpty();
    assertThat(btf.find("inner", "xy")).as("no part of a name").isEmpty();
    assertThatThrownBy(() -> btf.offset("outer", "third"))
        .isInstanceOf(BtfException.class)
        .hasMessageContaining("struct outer of this kernel has no third");
  }

  @Test
  void shouldGiveNoAddressOfABitField() throws Exception {
    Btf btf = parse(sample(ByteOrder.LITTLE_ENDIAN));
    assertThatThrownBy(() -> btf.offset("outer", "flag"))
        .isInstanceOf(BtfException.class)
        .hasMessageContaining("bit field");
  }

  @Test
  void shouldEndInAStructureWithoutEnd() throws Exception {
    Btf btf = parse(sample(ByteOrder.LITTLE_ENDIAN));
    assertThatThrownBy(() -> btf.offset("loop", "x"))
        .isInstanceOf(BtfException.class)
        .hasMessageContaining("without end");
  }

  @Test
  void shouldEndInOrderWhateverTheBytesAre() throws Exception {
    byte[] whole = sample(ByteOrder.LITTLE_ENDIAN);
    for (int length = 0; length < whole.length; length++) {
      read(Arrays.copyOf(whole, length));
    }
    Random random = new Random(7);
    for (int i = 0; i < 20_000; i++) {
      byte[] bytes = whole.clone();
      for (int changes = random.nextInt(4); changes >= 0; changes--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
      }
      read(bytes);
    }
  }

  /** Anything but an answer or the one exception fails the test. */
  private static void read(byte[] bytes) {
    try {
      Btf btf = parse(bytes);
      assertThat(btf.size()).isNotNegative();
      btf.find("outer", "held.y");
      btf.find("loop", "x");
    } catch (BtfException e) {
      assertThat(e.getMessage()).isNotEmpty();
    }
  }
}
