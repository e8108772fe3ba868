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
import org.sallyport.codec.Bytes;

class NfqTest {

  private final NfqPacket packet = new NfqPacket();

  @Property
  void shouldNeverThrowOnArbitraryBytes(@ForAll @Size(max = 150) byte[] bytes) {
    NetlinkFault fault = packet.wrap(ByteBuffer.wrap(bytes), 0, bytes.length);
    askEverything();
    if (fault == NetlinkFault.NONE) {
      assertThat(packet.hasPacketId()).isTrue();
    }
    assertThat(packet.payloadOffset() + packet.payloadLength()).isLessThanOrEqualTo(bytes.length);
    assertThat(packet.securityContextOffset() + packet.securityContextLength())
        .isLessThanOrEqualTo(bytes.length);
  }

  @Property
  void shouldNotLookBehindTheMessage(
      @ForAll @Size(max = 80) byte[] bytes, @ForAll @Size(40) byte[] tail) {
    ByteBuffer larger = ByteBuffer.allocate(bytes.length + tail.length).put(bytes).put(tail);
    NetlinkFault exact = packet.wrap(ByteBuffer.wrap(bytes), 0, bytes.length);
    long first = packet.userId() + packet.packetId() + packet.mark();
    assertThat(packet.wrap(larger.clear(), 0, bytes.length)).isEqualTo(exact);
    assertThat(packet.userId() + packet.packetId() + packet.mark()).isEqualTo(first);
  }

  private void askEverything() {
    packet.queueNumber();
    packet.packetId();
    packet.hardwareProtocol();
    packet.hook();
    packet.mark();
    packet.inInterface();
    packet.outInterface();
    packet.info();
    packet.userId();
    packet.groupId();
    packet.fullLength();
  }

  @Property
  void shouldReadWhatTheKernelWrites(
      @ForAll int id, @ForAll int uid, @ForAll int mark, @ForAll @Size(max = 60) byte[] payload) {
    Message message = new Message(5050);
    message.add(1, ByteBuffer.allocate(7).putInt(id).putShort((short) 0x86dd).put((byte) 3));
    message.add(3, number(mark)).add(6, number(2)).add(16, number(uid)).add(17, number(100));
    message.add(0x8000 | 14, number(3)).add(13, number(4000)).add(200, number(1));
    message.add(10, ByteBuffer.wrap(payload).position(payload.length));
    assertThat(message.read(packet)).isEqualTo(NetlinkFault.NONE);
    assertThat(packet.queueNumber()).isEqualTo(5050);
    assertThat(packet.packetId()).isEqualTo(id);
    assertThat(packet.hardwareProtocol()).isEqualTo(0x86dd);
    assertThat(packet.hook()).isEqualTo(3);
    assertThat(packet.mark()).isEqualTo(mark);
    assertThat(packet.inInterface()).isZero();
    assertThat(packet.outInterface()).isEqualTo(2);
    assertThat(packet.hasOwner()).isTrue();
    assertThat(packet.userId()).isEqualTo(Integer.toUnsignedLong(uid));
    assertThat(packet.groupId()).isEqualTo(100);
    assertThat(packet.info()).isEqualTo(NfqPacket.INFO_CHECKSUM_NOT_READY | NfqPacket.INFO_GSO);
    assertThat(packet.payloadLength()).isEqualTo(payload.length);
    assertThat(packet.fullLength()).isEqualTo(4000);
  }

  @Test
  void shouldKnowTheIdEvenIfALaterAttributeIsBroken() {
    Message message = new Message(1);
    message.add(1, ByteBuffer.allocate(7).putInt(9).putShort((short) 0x800).put((byte) 3));
    message.add(16, ByteBuffer.allocate(2).putShort((short) 1));
    assertThat(message.read(packet)).isEqualTo(NetlinkFault.SHORT_ATTRIBUTE);
    assertThat(packet.hasPacketId()).isTrue();
    assertThat(packet.packetId()).isEqualTo(9);
    assertThat(packet.hasOwner()).isFalse();
  }

  @Test
  void shouldMissThePacketHeader() {
    assertThat(new Message(1).read(packet)).isEqualTo(NetlinkFault.NO_PACKET_HEADER);
    assertThat(packet.hasPacketId()).isFalse();
  }

  @Property
  void shouldWriteVerdictsSideBySide(
      @ForAll int id, @ForAll int mark, @ForAll @IntRange(max = 65535) int queue) {
    ByteBuffer buffer = ByteBuffer.allocate(72);
    NfqVerdict verdicts = new NfqVerdict(buffer, queue);
    assertThat(verdicts.add(id, NfqVerdict.DROP)).isTrue();
    assertThat(verdicts.add(id + 1, NfqVerdict.toQueue(queue), mark)).isTrue();
    assertThat(verdicts.add(id + 2, NfqVerdict.ACCEPT)).as("full").isFalse();
    assertThat(verdicts.length()).isEqualTo(72);
    assertThat(Bytes.u16Net(buffer, 18)).isEqualTo(queue);
    assertThat(Bytes.i32Net(buffer, 24)).isZero();
    assertThat(Bytes.i32Net(buffer, 28)).isEqualTo(id);
    assertThat(Bytes.i32Net(buffer, 32 + 24)).isEqualTo(queue << 16 | 3);
    assertThat(Bytes.i32Net(buffer, 32 + 28)).isEqualTo(id + 1);
    assertThat(Bytes.i32Net(buffer, 32 + 36)).isEqualTo(mark);
    NetlinkAttributes attributes = new NetlinkAttributes().wrap(buffer, 32 + 20, 20);
    assertThat(attributes.next() && attributes.type() == 2 && attributes.valueLength() == 8)
        .isTrue();
    assertThat(attributes.next() && attributes.type() == 3 && attributes.valueLength() == 4)
        .isTrue();
    verdicts.reset();
    assertThat(verdicts.length()).isZero();
  }

  @Test
  void shouldNameTheOtherQueueInTheVerdict() {
    assertThat(NfqVerdict.toQueue(5051)).isEqualTo(5051 << 16 | 3);
    assertThat(NfqVerdict.toQueueOrAccept(1)).isEqualTo(1 << 16 | 0x8003);
  }

  @Test
  void shouldWriteOneSettingPerRequest() {
    ByteBuffer buffer = ByteBuffer.allocate(NfqConfig.MAX_LENGTH);
    NfqConfig config = new NfqConfig(buffer, 5050);
    NetlinkMessages messages = new NetlinkMessages();
    assertThat(messages.wrap(buffer, 0, config.bind(1)).next()).isTrue();
    assertThat(messages.flags()).isEqualTo(5);
    assertThat(Bytes.i32Net(buffer, 24)).isEqualTo(1 << 24);
    assertThat(messages.wrap(buffer, 0, config.copyPackets(256, 2)).next()).isTrue();
    assertThat(messages.flags()).isEqualTo(1);
    assertThat(Bytes.i32Net(buffer, 24)).isEqualTo(256);
    assertThat(buffer.get(28)).isEqualTo((byte) 2);
    assertThat(messages.wrap(buffer, 0, config.maxLength(8192, 3)).next()).isTrue();
    assertThat(Bytes.i32Net(buffer, 24)).isEqualTo(8192);
    assertThat(messages.wrap(buffer, 0, config.flag(NfqConfig.FLAG_GSO, true, 4)).next()).isTrue();
    assertThat(Bytes.i32Net(buffer, 24)).isEqualTo(4);
    assertThat(Bytes.i32Net(buffer, 32)).isEqualTo(4);
    config.flagUnacknowledged(NfqConfig.FLAG_FAIL_OPEN, false, 5);
    assertThat(Bytes.i32Net(buffer, 24)).isEqualTo(1);
    assertThat(Bytes.i32Net(buffer, 32)).isZero();
    assertThat(messages.wrap(buffer, 0, config.unbind(6)).next()).isTrue();
    assertThat(Bytes.i32Net(buffer, 24)).isEqualTo(2 << 24);
    assertThat(messages.sequence()).isEqualTo(6);
  }

  private static ByteBuffer number(int value) {
    return ByteBuffer.allocate(4).putInt(value);
  }

  /** Writes NFQNL_MSG_PACKET as the kernel does. */
  private static final class Message {
    private final ByteBuffer buffer = ByteBuffer.allocate(256).order(ByteOrder.nativeOrder());

    Message(int queue) {
      Bytes.putU16Net(buffer, 2, queue);
      buffer.position(4);
    }

    Message add(int type, ByteBuffer value) {
      value.flip();
      buffer.putShort((short) (4 + value.remaining())).putShort((short) type).put(value);
      buffer.position(Netlink.align(buffer.position()));
      return this;
    }

    NetlinkFault read(NfqPacket packet) {
      return packet.wrap(buffer, 0, buffer.position());
    }
  }
}
