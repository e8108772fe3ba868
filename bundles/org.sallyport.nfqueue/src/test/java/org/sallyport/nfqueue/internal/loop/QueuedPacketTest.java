// SPDX-License-Identifier: Apache-2.0
package org.sallyport.nfqueue.internal.loop;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.sallyport.api.backend.MarkLayout;
import org.sallyport.api.packet.Direction;
import org.sallyport.codec.netlink.NetlinkMessages;

class QueuedPacketTest {

  /** Written down from a queue of kernel 6.18 on x86-64: root opens a connection. */
  private static final String CAPTURED_SYN =
      "880000000003000000000000000000000200141f0b000100000000010800030008000600"
          + "000000010800030010000000080010000000000008001100000000000800"
          + "0e000000000140000a004500003cabef400040067a040a6300010a630002"
          + "ebfa1b596b9dc96500000000a002ffd714f700000204ffd70402080a7b02"
          + "7367000000000103030a";

  /**
   * Written down from a queue of Debian 12's kernel 6.1.192: a connection to 10.5.0.9, port 80,
   * that a rule in nat OUTPUT leads to 10.5.0.2, port 99.
   */
  private static final String CAPTURED_REWRITTEN_SYN =
      "4c010000000300000000000000000000020013ba0b000100000000020800030008000600"
          + "0000000308000300a001000008001000000000000800110000000000bc000b8034000180"
          + "14000180080001000a050001080002000a0500091c000280050001000600000006000200"
          + "9c42000006000300005000003400028014000180080001000a050002080002000a050001"
          + "1c00028005000100060000000600020000630000060003009c42000008000c00a54a16a0"
          + "08000300000001200800070000000078300004802c000180050001000100000005000200"
          + "070000000500030000000000060004000300000006000500000000000800080000000000"
          + "08000c000000000208000e000000000140000a004500003cd4bb4000400651f40a050001"
          + "0a0500029c420063289edc0b00000000a002faf0143b0000020405b40402080ad4c41f2f"
          + "0000000001030307";

  /** As before: a datagram to fd05::9, port 53, that goes to fd05::2, port 99. */
  private static final String CAPTURED_REWRITTEN_DATAGRAM =
      "420100000003000000000000000000000a0013ba0b0001000000000186dd030008000600"
          + "0000000308000300a001000008001000000000000800110000000000bc000b804c000180"
          + "2c00018014000300fd05000000000000000000000000000114000400fd05000000000000"
          + "00000000000000091c0002800500010011000000060002009c4100000600030000350000"
          + "4c0002802c00018014000300fd05000000000000000000000000000214000400fd050000"
          + "0000000000000000000000011c0002800500010011000000060002000063000006000300"
          + "9c41000008000c00d2e568150800030000000120080007000000001e0800080000000000"
          + "08000c000000000208000e000000000136000a0060037a6b000a1140fd05000000000000"
          + "0000000000000001fd0500000000000000000000000000029c410063000afa296869";

  private final QueuedPacket packet =
      new QueuedPacket(
          new InterfaceNames(index -> "if" + index), new MarkLayout(MarkLayout.DEFAULT_MASK));

  private PacketFault read(byte[] message) {
    ByteBuffer buffer = ByteBuffer.wrap(message).order(ByteOrder.nativeOrder());
    NetlinkMessages messages = new NetlinkMessages().wrap(buffer, 0, message.length);
    assertThat(messages.next()).isTrue();
    return packet.read(messages);
  }

  @Test
  void shouldReadWhatTheKernelQueued() {
    assertThat(read(HexFormat.of().parseHex(CAPTURED_SYN))).isEqualTo(PacketFault.NONE);
    assertThat(packet.id()).isEqualTo(1);
    assertThat(packet.opensTcp()).isTrue();
    assertThat(packet.ownerUserId()).isZero();
    assertThat(packet.packetLength()).isEqualTo(60);
    assertThat(packet.mark()).isEqualTo(Frames.UNDECIDED);
    assertThat(packet.toFlow()).hasToString("out tcp 10.99.0.1:60410 > 10.99.0.2:7001");
    assertThat(packet.interfaceName()).isEqualTo("if1");
    assertThat(packet.hasOwner()).isTrue();
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
    otherHook[16 + 4 + 4 + 6] = 4; // POSTROUTING, where no rule of ours queues
    assertThat(read(otherHook)).isEqualTo(PacketFault.GARBLED);
  }

  @Test
  void shouldNotKnowWhereARewrittenPacketWasSentTo() {
    read(Frames.queued(1, Frames.REWRITTEN, Frames.tcpSyn(40000, 443)));
    assertThat(packet.knowsRemote()).isFalse();
    assertThat(packet.wasRefused()).isFalse();
    assertThat(packet.remotePort()).as("where it goes").isEqualTo(443);
    PacketCopy copy = packet.copy();
    read(Frames.queued(2, 0x20010000, Frames.tcpSyn(40000, 443)));
    assertThat(packet.knowsRemote()).isTrue();
    assertThat(copy.knowsRemote()).isFalse();
    assertThat(copy.toFlow().knowsRemote()).isFalse();
    assertThat(copy.toFlow()).hasToString("out tcp 10.0.0.1:40000 > 10.0.0.2:443 (rewritten)");
    read(Frames.queued(3, 0x80000000, Frames.tcpSyn(40000, 443)));
    assertThat(packet.wasRefused()).isTrue();
    assertThat(packet.knowsRemote()).isTrue();
  }

  /** R alone means a refusal also there; with I no proof of what leaves stands beside it. */
  @Test
  void shouldTakeNothingThatArrivesForRewritten() {
    byte[] arriving = Frames.queued(1, Frames.REWRITTEN, Frames.tcpSyn(40000, 443));
    arriving[16 + 4 + 4 + 6] = 1;
    assertThat(read(arriving)).isEqualTo(PacketFault.NONE);
    assertThat(packet.direction()).isEqualTo(Direction.IN);
    assertThat(packet.knowsRemote()).isTrue();
    assertThat(packet.wasRefused()).isTrue();
  }

  @Test
  void shouldKnowWhatWasAskedForWhereTheKernelTells() {
    byte[] asked = Frames.connection(6, 40000, "10.0.0.9", 80);
    read(Frames.queued(1, Frames.REWRITTEN, Frames.tcpSyn(40000, 443), asked));
    assertThat(packet.toFlow()).hasToString("out tcp 10.0.0.1:40000 > 10.0.0.9:80");
    assertThat(packet.copy().toFlow()).isEqualTo(packet.toFlow());
    assertThat(packet.copy().remotePort()).isEqualTo(80);
    read(Frames.queued(2, 0x20010000, Frames.tcpSyn(40000, 443), asked));
    assertThat(packet.toFlow())
        .as("not rewritten")
        .hasToString("out tcp 10.0.0.1:40000 > 10.0.0.2:443");
  }

  @Test
  void shouldReadTheRecordsThatAKernelWrites() {
    assertThat(read(HexFormat.of().parseHex(CAPTURED_REWRITTEN_SYN))).isEqualTo(PacketFault.NONE);
    assertThat(packet.toFlow()).hasToString("out tcp 10.5.0.1:40002 > 10.5.0.9:80");
    assertThat(packet.packetLength()).isEqualTo(60);
    assertThat(packet.opensTcp()).isTrue();
    read(HexFormat.of().parseHex(CAPTURED_REWRITTEN_DATAGRAM));
    assertThat(packet.toFlow()).hasToString("out udp [fd05::1]:40001 > [fd05::9]:53");
    byte[] plain =
        HexFormat.of().parseHex(CAPTURED_REWRITTEN_DATAGRAM.replace("a0010000", "20010000"));
    read(plain);
    assertThat(packet.toFlow()).hasToString("out udp [fd05::1]:40001 > [fd05::2]:99");
  }

  @Test
  void shouldNotBelieveTheRecordOfAnotherFlow() {
    byte[] good = Frames.connection(17, 40000, "10.0.0.9", 80);
    byte[] otherSource = good.clone();
    otherSource[4 + 4 + 4 + 3] = 7;
    for (byte[] wrong :
        List.of(
            Frames.connection(6, 40000, "10.0.0.9", 80),
            Frames.connection(17, 40001, "10.0.0.9", 80),
            otherSource,
            new byte[] {4, 0, 1, 0})) {
      read(Frames.queued(1, Frames.REWRITTEN, Frames.udp(40000, 53), wrong));
      assertThat(packet.knowsRemote()).isFalse();
      assertThat(packet.remotePort()).isEqualTo(53);
    }
    read(Frames.queued(1, Frames.REWRITTEN, Frames.udpV6(40000, 53), good));
    assertThat(packet.knowsRemote()).as("of another family").isFalse();
    read(Frames.queued(1, Frames.REWRITTEN, Frames.udp(40000, 53), good));
    assertThat(packet.knowsRemote()).as("its own").isTrue();
  }

  @Property
  void shouldNeverThrowOnArbitraryPackets(@ForAll @Size(max = 100) byte[] bytes) {
    if (read(Frames.queued(1, bytes)) == PacketFault.NONE) {
      assertThat(packet.copy().toFlow()).isEqualTo(packet.toFlow());
    }
  }
}
