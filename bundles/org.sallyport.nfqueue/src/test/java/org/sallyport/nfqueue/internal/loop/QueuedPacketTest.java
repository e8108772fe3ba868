// SPDX-License-Identifier: Apache-2.0
package org.sallyport.nfqueue.internal.loop;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.sallyport.codec.netlink.NetlinkMessages;

class QueuedPacketTest {

  /** A SYN from 10.99.0.1:40388 to 10.99.0.2:7001 as the kernel queued it, checksum not ready. */
  private static final String CAPTURED_SYN =
      "4500003cac9a4000400678be0a6300010a6300029dc41b59"
          + "8f3dcd3c00000000a002faf015000000020405b40402080a8d0b5f4a0000000001030307";

  private final QueuedPacket packet = new QueuedPacket(new InterfaceNames(index -> "if" + index));

  private PacketFault read(byte[] message) {
    ByteBuffer buffer = ByteBuffer.wrap(message).order(ByteOrder.nativeOrder());
    NetlinkMessages messages = new NetlinkMessages().wrap(buffer, 0, message.length);
    assertThat(messages.next()).isTrue();
    return packet.read(messages);
  }

  @Test
  void shouldReadWhatTheKernelQueued() {
    byte[] syn = HexFormat.of().parseHex(CAPTURED_SYN);
    assertThat(read(Frames.queued(77, syn))).isEqualTo(PacketFault.NONE);
    assertThat(packet.id()).isEqualTo(77);
    assertThat(packet.opensTcp()).isTrue();
    assertThat(packet.ownerUserId()).isEqualTo(Frames.UID);
    assertThat(packet.packetLength()).isEqualTo(60);
    assertThat(packet.mark()).isEqualTo(Frames.UNDECIDED);
    assertThat(packet.toFlow()).hasToString("out tcp 10.99.0.1:40388 > 10.99.0.2:7001");
    assertThat(packet.interfaceName()).isEqualTo("if1");
  }

  @Test
  void shouldCopyEverythingAWorkerNeeds() {
    read(Frames.queued(1, Frames.udpV6(40000, 53)));
    PacketCopy copy = packet.copy();
    read(Frames.queued(2, Frames.ping()));
    assertThat(copy.toFlow()).hasToString("out udp [fd00::1]:40000 > [fd00::2]:53");
    assertThat(copy.hasOwner()).isTrue();
    assertThat(copy.ownerGroupId()).isEqualTo(Frames.UID);
    assertThat(copy.packetLength()).isEqualTo(48);
    assertThat(copy.opensTcp()).isFalse();
    assertThat(packet.hasIcmpType() && !packet.hasPorts()).isTrue();
  }

  @Test
  void shouldTellApartWhatCanStillBeAnswered() {
    assertThat(read(Frames.withoutId())).isEqualTo(PacketFault.UNANSWERABLE);
    assertThat(read(Frames.queued(1, new byte[] {0x45, 0}))).isEqualTo(PacketFault.GARBLED);
    byte[] otherHook = Frames.queued(1, Frames.ping());
    otherHook[16 + 4 + 4 + 6] = 1;
    assertThat(read(otherHook)).isEqualTo(PacketFault.GARBLED);
  }

  @Property
  void shouldNeverThrowOnArbitraryPackets(@ForAll @Size(max = 100) byte[] bytes) {
    if (read(Frames.queued(1, bytes)) == PacketFault.NONE) {
      assertThat(packet.copy().toFlow()).isEqualTo(packet.toFlow());
    }
  }
}
