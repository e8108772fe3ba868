// SPDX-License-Identifier: Apache-2.0
package org.sallyport.codec.netlink;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class NftGenerationTest {

  private final NetlinkMessages messages = new NetlinkMessages();
  private final NftGeneration generation = new NftGeneration();

  @Test
  void shouldAskWithAnEmptyRequest() {
    ByteBuffer buffer = ByteBuffer.allocate(32).order(ByteOrder.nativeOrder());

    assertThat(NftGeneration.encode(buffer, 7)).isEqualTo(20);

    assertThat(buffer.getInt(0)).isEqualTo(20);
    assertThat(buffer.getShort(4)).isEqualTo((short) 0x0a10);
    assertThat(buffer.getShort(6)).isEqualTo((short) 1);
    assertThat(buffer.getInt(8)).isEqualTo(7);
    assertThat(buffer.getInt(16)).isZero();
  }

  @Test
  void shouldReadAnUnsignedNumberInNetworkOrder() {
    assertThat(answer(8, 1, 0xffff_fffe)).isEqualTo(NetlinkFault.NONE);
    assertThat(generation.id()).isEqualTo(0xffff_fffeL);
  }

  @Test
  void shouldNotTakeAnotherAttributeForTheNumber() {
    assertThat(answer(8, 2, 5)).isEqualTo(NetlinkFault.SHORT_ATTRIBUTE);
    assertThat(answer(7, 1, 5)).isEqualTo(NetlinkFault.SHORT_ATTRIBUTE);
    assertThat(answer(9, 1, 5)).isEqualTo(NetlinkFault.TRUNCATED);
    assertThat(generation.id()).isZero();
  }

  @Property
  void shouldNeverLeaveTheDatagramWhateverItHolds(@ForAll @Size(max = 60) byte[] bytes) {
    messages.wrap(ByteBuffer.wrap(bytes), 0, bytes.length);
    while (messages.next()) {
      generation.wrap(messages);
      assertThat(generation.id()).isBetween(0L, 0xffff_ffffL);
    }
  }

  private NetlinkFault answer(int length, int type, int value) {
    ByteBuffer buffer = ByteBuffer.allocate(28).order(ByteOrder.nativeOrder());
    buffer.putInt(0, 28).putShort(4, (short) NftGeneration.TYPE);
    buffer.putShort(20, (short) length).putShort(22, (short) type);
    buffer.order(ByteOrder.BIG_ENDIAN).putInt(24, value);
    messages.wrap(buffer, 0, 28);
    assertThat(messages.next()).isTrue();
    return generation.wrap(messages);
  }
}
