// SPDX-License-Identifier: Apache-2.0
package org.sallyport.codec.netlink;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class NetlinkTest {

  private final NetlinkMessages messages = new NetlinkMessages();
  private final NetlinkAttributes attributes = new NetlinkAttributes();

  @Property
  void shouldNeverLeaveTheDatagramWhateverItHolds(@ForAll @Size(max = 200) byte[] bytes) {
    messages.wrap(ByteBuffer.wrap(bytes), 0, bytes.length);
    while (messages.next()) {
      assertThat(messages.payloadOffset() + messages.payloadLength())
          .isLessThanOrEqualTo(bytes.length);
      if (messages.isError()) {
        messages.errorNumber();
      }
      attributes.wrap(messages.buffer(), messages.payloadOffset(), messages.payloadLength());
      while (attributes.next()) {
        assertThat(attributes.valueOffset() + attributes.valueLength())
            .isLessThanOrEqualTo(messages.payloadOffset() + messages.payloadLength());
      }
    }
  }

  @Property
  void shouldReadArbitraryAttributesWithinTheirRange(@ForAll @Size(max = 120) byte[] bytes) {
    attributes.wrap(ByteBuffer.wrap(bytes), 0, bytes.length);
    int seen = 0;
    while (attributes.next()) {
      seen++;
      assertThat(attributes.valueOffset() + attributes.valueLength())
          .isLessThanOrEqualTo(bytes.length);
    }
    assertThat(seen).isLessThanOrEqualTo(bytes.length / 4);
  }

  @Property
  void shouldRefuseRangesOutsideTheBuffer(@ForAll int offset, @ForAll int length) {
    ByteBuffer buffer = ByteBuffer.allocate(64);
    boolean inside = offset >= 0 && length >= 0 && (long) offset + length <= 64;
    messages.wrap(buffer, offset, length);
    attributes.wrap(buffer, offset, length);
    assertThat(messages.fault() == NetlinkFault.NONE).isEqualTo(inside);
    assertThat(attributes.fault() == NetlinkFault.NONE).isEqualTo(inside);
  }

  @Property
  void shouldWalkSeveralMessagesInEitherBufferOrder(
      @ForAll @IntRange(min = 1, max = 20) int count, @ForAll boolean big) {
    ByteBuffer buffer = ByteBuffer.allocate(count * NfqVerdict.MAX_LENGTH);
    buffer.order(big ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
    NfqVerdict verdicts = new NfqVerdict(buffer, 7);
    for (int i = 0; i < count; i++) {
      assertThat(verdicts.add(i, NfqVerdict.ACCEPT)).isTrue();
    }
    messages.wrap(buffer, 0, verdicts.length());
    for (int i = 0; i < count; i++) {
      assertThat(messages.next()).isTrue();
      assertThat(messages.type()).isEqualTo(0x301);
      assertThat(messages.payloadLength()).isEqualTo(16);
    }
    assertThat(messages.next()).isFalse();
    assertThat(messages.fault()).isEqualTo(NetlinkFault.NONE);
  }

  @Test
  void shouldSayWhyAMessageIsRefused() {
    ByteBuffer buffer = ByteBuffer.allocate(64).order(ByteOrder.nativeOrder());
    assertThat(messages.wrap(buffer, 0, 15).next()).isFalse();
    assertThat(messages.fault()).isEqualTo(NetlinkFault.SHORT_HEADER);
    assertThat(messages.wrap(buffer.putInt(0, 15), 0, 64).next()).isFalse();
    assertThat(messages.fault()).isEqualTo(NetlinkFault.BAD_LENGTH);
    assertThat(messages.wrap(buffer.putInt(0, 65), 0, 64).next()).isFalse();
    assertThat(messages.fault()).isEqualTo(NetlinkFault.TRUNCATED);
  }

  @Test
  void shouldTellErrorsAndAcknowledgements() {
    ByteBuffer buffer = ByteBuffer.allocate(36).order(ByteOrder.nativeOrder());
    buffer.putInt(0, 36).putShort(4, (short) 2).putInt(8, 77).putInt(16, -1);
    assertThat(messages.wrap(buffer, 0, 36).next()).isTrue();
    assertThat(messages.isError()).isTrue();
    assertThat(messages.errorNumber()).isEqualTo(1);
    assertThat(messages.sequence()).isEqualTo(77);
    buffer.putInt(16, 0);
    assertThat(messages.errorNumber()).isZero();
  }
}
