// SPDX-License-Identifier: Apache-2.0
package org.sallyport.attribution.procfs.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.sallyport.api.packet.IpProtocol.TCP;
import static org.sallyport.api.packet.IpProtocol.UDP;

import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SocketChannel;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.sallyport.api.packet.Direction;
import org.sallyport.api.packet.Endpoint;
import org.sallyport.api.packet.Flow;
import org.sallyport.api.packet.IpAddress;
import org.sallyport.api.packet.PacketView;
import org.sallyport.api.subject.Executable;
import org.sallyport.api.subject.Fact;
import org.sallyport.api.subject.ProcessId;
import org.sallyport.api.subject.Subject;
import org.sallyport.api.subject.SubjectKind;
import org.sallyport.api.subject.SubjectLookup;

class ProcfsKernelTest {

  private static final InetSocketAddress NOWHERE = new InetSocketAddress("127.0.0.1", 9);

  private final SubjectLookup lookup = new ProcfsSource().open();

  @Test
  void shouldFindTheProgramOfATcpSocket() throws Exception {
    try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getByName("127.0.0.1"));
        SocketChannel client = SocketChannel.open(server.getLocalSocketAddress());
        SocketChannel mapped = SocketChannel.open(StandardProtocolFamily.INET6)) {
      mapped.connect(server.getLocalSocketAddress());
      PacketView packet = packet(TCP, client.getLocalAddress(), client.getRemoteAddress(), true);
      assertThat(lookup.findNow(packet).kind()).isEqualTo(SubjectKind.PENDING);
      assertIsThisProcess(find(packet));
      assertIsThisProcess(
          find(packet(TCP, mapped.getLocalAddress(), mapped.getRemoteAddress(), true)));
      assertThat(lookup.socketOf(packet)).isEqualTo(SubjectLookup.NO_SOCKET);
    }
  }

  @Test
  void shouldFindTheProgramOfAnUnconnectedUdpSocket() throws Exception {
    try (DatagramChannel channel = DatagramChannel.open(StandardProtocolFamily.INET6)) {
      channel.bind(new InetSocketAddress(0));
      int port = ((InetSocketAddress) channel.getLocalAddress()).getPort();
      assertIsThisProcess(
          find(packet(UDP, new InetSocketAddress("127.0.0.1", port), NOWHERE, true)));
    }
  }

  /** A datagram's program can give both of its ends as it likes, whatever its socket's are. */
  @Test
  void shouldFindTheSenderOfADatagramByItsPortAlone() throws Exception {
    try (DatagramChannel channel = DatagramChannel.open(StandardProtocolFamily.INET)) {
      channel.bind(new InetSocketAddress("127.0.0.2", 0)).connect(NOWHERE);
      int port = ((InetSocketAddress) channel.getLocalAddress()).getPort();
      assertIsThisProcess(
          find(
              packet(
                  UDP,
                  new InetSocketAddress("127.0.0.1", port),
                  new InetSocketAddress("127.0.0.3", 53),
                  true)));
    }
  }

  @Test
  void shouldFindTheListenerOfAConnectionThatWaitsToBeAccepted() throws Exception {
    try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getByName("127.0.0.1"));
        SocketChannel client = SocketChannel.open(server.getLocalSocketAddress())) {
      Flow arriving =
          new Flow(
              Direction.IN,
              TCP,
              end(client.getRemoteAddress()),
              end(client.getLocalAddress()),
              OptionalInt.empty(),
              "lo");
      assertIsThisProcess(find(packet(arriving, false)));
    }
  }

  @Test
  void shouldTellWhereNoProgramIsBehindAPacket() {
    assertThat(lookup.findNow(packet(UDP, NOWHERE, NOWHERE, false)).kind())
        .isEqualTo(SubjectKind.KERNEL);
    assertThat(find(packet(TCP, NOWHERE, NOWHERE, false)).kind()).isEqualTo(SubjectKind.KERNEL);
    assertThat(find(packet(1, NOWHERE, NOWHERE, false)).kind()).isEqualTo(SubjectKind.KERNEL);
  }

  @Test
  void shouldKeepTheOwnerWhereTheProcessIsUnknown() {
    for (int protocol : new int[] {TCP, UDP, 1}) {
      Subject subject = find(packet(protocol, NOWHERE, NOWHERE, true));
      assertThat(subject.kind()).isEqualTo(SubjectKind.UNKNOWN);
      assertThat(subject.userId()).isEqualTo(new Fact.Known<>(0L, "nfqueue"));
      assertThat(subject.process()).isInstanceOf(Fact.Unknown.class);
    }
  }

  private Subject find(PacketView packet) {
    return Subject.copyOf(lookup.find(packet, System.nanoTime() + TimeUnit.SECONDS.toNanos(20)));
  }

  private static void assertIsThisProcess(Subject subject) {
    assertThat(subject.kind()).isEqualTo(SubjectKind.PROCESS);
    assertThat(subject.source()).isEqualTo("procfs");
    assertThat(subject.process())
        .isInstanceOfSatisfying(
            Fact.Known.class,
            known ->
                assertThat(((ProcessId) known.value()).pid())
                    .isEqualTo((int) ProcessHandle.current().pid()));
    assertThat(subject.executable())
        .isInstanceOfSatisfying(
            Fact.Known.class,
            known -> assertThat(((Executable) known.value()).path()).endsWith("/java"));
  }

  /** A flow with what a packet adds to it: an owner, uid and gid 0, or none. */
  private static PacketView packet(
      int protocol, SocketAddress local, SocketAddress remote, boolean owned) {
    return packet(
        new Flow(Direction.OUT, protocol, end(local), end(remote), OptionalInt.empty(), "lo"),
        owned);
  }

  private static PacketView packet(Flow flow, boolean owned) {
    return (PacketView)
        Proxy.newProxyInstance(
            PacketView.class.getClassLoader(),
            new Class<?>[] {PacketView.class},
            (proxy, method, arguments) ->
                switch (method.getName()) {
                  case "hasOwner" -> owned;
                  case "awaitsVerdict" -> false;
                  case "icmpIdentifier" -> OptionalInt.empty();
                  case "ownerUserId", "ownerGroupId", "packetLength" -> 0L;
                  default -> method.invoke(flow, arguments);
                });
  }

  private static Endpoint end(SocketAddress address) {
    InetSocketAddress end = (InetSocketAddress) address;
    return new Endpoint(
        IpAddress.ofBytes(end.getAddress().getAddress()), OptionalInt.of(end.getPort()));
  }
}
