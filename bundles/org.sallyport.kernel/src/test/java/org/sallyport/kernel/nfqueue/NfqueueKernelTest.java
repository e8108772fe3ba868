// SPDX-License-Identifier: Apache-2.0
package org.sallyport.kernel.nfqueue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.sallyport.codec.ip.IpFault;
import org.sallyport.codec.ip.IpHeader;
import org.sallyport.codec.ip.TransportHeader;
import org.sallyport.codec.netlink.NetlinkFault;
import org.sallyport.codec.netlink.NetlinkMessages;
import org.sallyport.codec.netlink.NfqPacket;
import org.sallyport.codec.netlink.NfqVerdict;
import org.sallyport.kernel.internal.OwnNamespace;
import org.sallyport.kernel.netlink.BatchReceiver;
import org.sallyport.kernel.netlink.KernelException;
import org.sallyport.kernel.netlink.NativeBuffer;
import org.sallyport.kernel.netlink.Poller;
import org.sallyport.kernel.netlink.Wakeup;

class NfqueueKernelTest {

  private static final int QUEUE = 5050;
  private static final int PORT = 4711;
  private static final long SECOND_NS = 1_000_000_000L;

  private OwnNamespace namespace;

  @BeforeEach
  void enter() throws Exception {
    namespace = new OwnNamespace();
  }

  @AfterEach
  void leave() {
    namespace.close();
  }

  @Test
  void shouldDeliverPacketsAndCarryOutVerdicts() throws Exception {
    namespace.run(
        () -> {
          OwnNamespace.command(
              "iptables",
              "-t",
              "mangle",
              "-A",
              "OUTPUT",
              "-p",
              "udp",
              "--dport",
              "" + PORT,
              "-j",
              "NFQUEUE",
              "--queue-num",
              "" + QUEUE);
          InetAddress loopback = InetAddress.getByName("127.0.0.1");
          try (NfqueueSocket queue = NfqueueSocket.open(QUEUE, NfqueueOptions.defaults());
              DatagramSocket receiver = new DatagramSocket(PORT, loopback);
              DatagramSocket sender = new DatagramSocket(0, loopback)) {
            assertThat(queue.flags()).contains(NfqueueFlag.GSO, NfqueueFlag.UID_GID);
            for (int i = 0; i < 5; i++) {
              sender.send(new DatagramPacket(new byte[] {(byte) i}, 1, loopback, PORT));
            }
            assertThat(queue.stats().orElseThrow().waiting()).isEqualTo(5);
            decide(queue, sender.getLocalPort());
            DatagramPacket got = new DatagramPacket(new byte[1], 1);
            receiver.setSoTimeout(5000);
            for (byte expected : new byte[] {1, 3}) {
              receiver.receive(got);
              assertThat(got.getData()[0]).isEqualTo(expected);
            }
            assertThat(queue.stats().orElseThrow().waiting()).isZero();
          }
          return null;
        });
  }

  /** Takes one batch of five packets, accepts the second and the fourth. */
  private static void decide(NfqueueSocket queue, int senderPort) throws Exception {
    BatchReceiver receiver =
        new BatchReceiver(queue.socket(), 8, NfqueueOptions.defaults().slotLength());
    NativeBuffer answer = NativeBuffer.allocate(8 * NfqVerdict.MAX_LENGTH);
    NfqVerdict verdicts = new NfqVerdict(answer.bytes(), QUEUE);
    assertThat(receiver.poll()).isEqualTo(5);
    for (int i = 0; i < 5; i++) {
      NfqPacket packet = read(receiver.slot(i), receiver.length(i));
      assertThat(receiver.isCut(i)).isFalse();
      assertThat(packet.userId()).isZero();
      IpHeader ip = new IpHeader();
      assertThat(
              ip.wrap(
                  receiver.slot(i),
                  packet.payloadOffset(),
                  packet.payloadLength(),
                  packet.fullLength()))
          .isEqualTo(IpFault.NONE);
      TransportHeader transport = new TransportHeader().wrap(ip);
      assertThat(transport.sourcePort()).isEqualTo(senderPort);
      assertThat(transport.destinationPort()).isEqualTo(PORT);
      assertThat(ip.totalLength()).isEqualTo(29);
      verdicts.add(packet.packetId(), i % 2 == 0 ? NfqVerdict.DROP : NfqVerdict.ACCEPT, 0);
    }
    assertThat(queue.sendVerdicts(answer, verdicts.length())).isEqualTo(verdicts.length());
    assertThat(receiver.poll()).as("no complaint").isZero();
    verdicts.reset();
    verdicts.add(999, NfqVerdict.ACCEPT);
    queue.sendVerdicts(answer, verdicts.length());
    assertThat(receiver.poll()).as("a refused verdict comes back").isEqualTo(1);
    NetlinkMessages messages = new NetlinkMessages().wrap(receiver.slot(0), 0, receiver.length(0));
    assertThat(messages.next() && messages.isError()).isTrue();
    assertThat(messages.errorNumber()).isEqualTo(2);
  }

  private static NfqPacket read(ByteBuffer slot, int length) {
    NetlinkMessages messages = new NetlinkMessages().wrap(slot, 0, length);
    assertThat(messages.next()).isTrue();
    assertThat(messages.type()).isEqualTo(NfqPacket.TYPE);
    NfqPacket packet = new NfqPacket();
    assertThat(packet.wrap(messages)).isEqualTo(NetlinkFault.NONE);
    assertThat(packet.queueNumber()).isEqualTo(QUEUE);
    assertThat(packet.hook()).isEqualTo(3);
    assertThat(packet.hasOwner()).isTrue();
    return packet;
  }

  @Test
  void shouldSayThatAnotherSocketOwnsTheQueue() throws Exception {
    namespace.run(
        () -> {
          try (NfqueueSocket first = NfqueueSocket.open(QUEUE, NfqueueOptions.defaults())) {
            long owner = first.stats().orElseThrow().portId();
            assertThatThrownBy(() -> NfqueueSocket.open(QUEUE, NfqueueOptions.defaults()))
                .isInstanceOf(KernelException.class)
                .hasMessageContaining("queue 5050 is owned by another socket, port id " + owner);
          }
          assertThat(NfqueueStats.read(NfqueueStats.PROC_FILE, QUEUE)).isEmpty();
          return null;
        });
  }

  @Test
  void shouldHandTheQueueOverWithoutGivingItUp() throws Exception {
    namespace.run(
        () -> {
          NfqueueSocket first = NfqueueSocket.open(QUEUE, NfqueueOptions.defaults());
          long owner = first.stats().orElseThrow().portId();
          Set<NfqueueFlag> flags = first.flags();
          int descriptor = first.detach();
          first.close();
          try (NfqueueSocket second = NfqueueSocket.adopt(descriptor, QUEUE, flags)) {
            second.setFailOpen(true);
            second.setFailOpen(false);
            assertThat(second.socket().receive(NativeBuffer.allocate(64), 0x40)).isEqualTo(-11);
            assertThat(second.stats().orElseThrow().portId()).isEqualTo(owner);
            assertThat(second.flags()).isEqualTo(flags);
          }
          return null;
        });
  }

  @Test
  void shouldWakeAWaitingThread() throws Exception {
    namespace.run(
        () -> {
          try (NfqueueSocket queue = NfqueueSocket.open(QUEUE, NfqueueOptions.defaults());
              Wakeup wakeup = new Wakeup()) {
            Poller poller = new Poller(queue.socket(), wakeup);
            assertThat(poller.await(1000)).isZero();
            Thread other = new Thread(wakeup::wake);
            other.start();
            assertThat(poller.await(20 * SECOND_NS)).isEqualTo(Poller.WOKEN);
            other.join();
            assertThat(poller.await(0)).as("drained").isZero();
          }
          return null;
        });
  }

  @Test
  void shouldRefuseToReceiveOnceClosed() throws Exception {
    namespace.run(
        () -> {
          NfqueueSocket queue = NfqueueSocket.open(QUEUE, NfqueueOptions.defaults());
          BatchReceiver receiver = new BatchReceiver(queue.socket(), 2, 512);
          queue.close();
          queue.close();
          assertThatThrownBy(receiver::poll)
              .isInstanceOfSatisfying(
                  KernelException.class, e -> assertThat(e.errorNumber()).isEqualTo(9));
          return null;
        });
  }
}
