// SPDX-License-Identifier: Apache-2.0
package org.sallyport.attribution.sockdiag.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.sallyport.api.packet.IpProtocol.UDP;
import static org.sallyport.api.packet.IpProtocol.UDPLITE;

import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.channels.DatagramChannel;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sallyport.api.subject.Executable;
import org.sallyport.api.subject.Fact;
import org.sallyport.api.subject.Subject;
import org.sallyport.api.subject.SubjectKind;
import org.sallyport.api.subject.SubjectLookup;

/**
 * This process stands for a program whose datagrams another one of the same user would like to
 * send: perl, which holds the port at another address and could give each packet any source.
 */
class DatagramSendersKernelTest {

  private static final InetSocketAddress NOWHERE = new InetSocketAddress("127.0.0.1", 9);
  private static final int UDP_CORK = 1;

  private final SockdiagSource source = new SockdiagSource();
  private SubjectLookup lookup;

  @BeforeEach
  void open() throws Exception {
    lookup = source.open();
  }

  @AfterEach
  void close() {
    lookup.close();
    source.close();
  }

  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          INET,  127.0.0.1, PF_INET,  127.0.0.2
          INET,  127.0.0.1, PF_INET6, ::ffff:127.0.0.2
          INET6, 127.0.0.1, PF_INET,  127.0.0.2
          INET,  127.0.0.1, PF_INET6, ::
          INET6, ::1,       PF_INET6, ::
          """)
  void shouldNotNameAConnectedSocketWhileAnotherProgramHoldsItsPort(
      StandardProtocolFamily family, String here, String perlFamily, String there)
      throws Exception {
    try (DatagramChannel channel = connected(family, here)) {
      TestPacket packet = packet(channel);
      assertThat(executable(find(packet))).as("alone").endsWith("/java");
      assertThat(lookup.socketOf(packet)).isNotEqualTo(SubjectLookup.NO_SOCKET);
      try (PerlProgram perl = new PerlProgram(holding(perlFamily, there, channel, ""))) {
        assertThat(perl.line()).isEqualTo("bound");
        Subject subject = find(packet);
        assertThat(subject.kind()).isEqualTo(SubjectKind.UNKNOWN);
        assertThat(subject.userId()).isEqualTo(new Fact.Known<>(0L, "nfqueue"));
        awaitNoSocket(packet);
        assertThat(lookup.findNow(packet).kind()).isEqualTo(SubjectKind.PENDING);
      }
    }
  }

  /** Where the sender's own sockets are many, they are still the sender's. */
  @Test
  void shouldNameTheProgramThatHoldsAllSocketsOnThePort() throws Exception {
    try (DatagramChannel channel = connected(StandardProtocolFamily.INET, "127.0.0.1");
        DatagramChannel other = DatagramChannel.open(StandardProtocolFamily.INET)) {
      other.bind(new InetSocketAddress("127.0.0.2", port(channel)));
      assertThat(executable(find(packet(channel)))).endsWith("/java");
      assertThat(lookup.socketOf(packet(channel)))
          .as("which of the two cannot be said")
          .isEqualTo(SubjectLookup.NO_SOCKET);
    }
  }

  @Test
  void shouldNameTheProgramWhoseSocketHasThePacketOnItsWay() throws Exception {
    String corked =
        "setsockopt(S, 17, "
            + UDP_CORK
            + ", pack('i', 1)) or die $!; send(S, 'x' x 200, 0, sockaddr_in(9, INADDR_LOOPBACK));";
    try (DatagramChannel channel = connected(StandardProtocolFamily.INET, "127.0.0.1");
        PerlProgram perl = new PerlProgram(holding("PF_INET", "127.0.0.2", channel, corked))) {
      assertThat(perl.line()).isEqualTo("bound");
      TestPacket packet = packet(channel).underway();
      assertThat(executable(find(packet))).contains("perl");
      assertThat(lookup.socketOf(packet)).isEqualTo(SubjectLookup.NO_SOCKET);
    }
  }

  /** The sender may have closed its socket, or given up its port, as soon as it had sent. */
  @Test
  void shouldNotNameASocketThatHasNothingOnItsWay() throws Exception {
    try (DatagramChannel channel = connected(StandardProtocolFamily.INET, "127.0.0.1")) {
      TestPacket packet = packet(channel);
      assertThat(executable(find(packet))).endsWith("/java");
      assertThat(lookup.socketOf(packet)).isNotEqualTo(SubjectLookup.NO_SOCKET);
      assertThat(lookup.socketOf(packet.underway())).isEqualTo(SubjectLookup.NO_SOCKET);
      assertThat(lookup.findNow(packet.underway()).kind()).isEqualTo(SubjectKind.PENDING);
      assertThat(find(packet.underway()).kind()).isEqualTo(SubjectKind.UNKNOWN);
    }
  }

  @Test
  void shouldNotLetAPacketWithoutOwnerPassForASockets() throws Exception {
    try (DatagramChannel channel = connected(StandardProtocolFamily.INET, "127.0.0.1")) {
      find(packet(channel));
      assertThat(lookup.socketOf(packet(channel))).isNotEqualTo(SubjectLookup.NO_SOCKET);
      assertThat(lookup.socketOf(packet(channel).withoutOwner()))
          .isEqualTo(SubjectLookup.NO_SOCKET);
    }
  }

  @Test
  void shouldTellUdpLiteFromUdp() throws Exception {
    try (DatagramChannel channel = connected(StandardProtocolFamily.INET, "127.0.0.1")) {
      TestPacket lite = TestPacket.of(UDPLITE, channel.getLocalAddress(), NOWHERE);
      assertThat(find(lite).kind()).isEqualTo(SubjectKind.UNKNOWN);
      String script =
          "socket(S, PF_INET, SOCK_DGRAM, 136) or print(qq(none\\n)), exit;"
              + "bind(S, sockaddr_in("
              + port(channel)
              + ", INADDR_ANY)) or die $!; print qq(bound\\n); <STDIN>;";
      try (PerlProgram perl = new PerlProgram(script)) {
        if (perl.line().equals("bound")) { // later kernels have no UDP-Lite any more
          assertThat(executable(find(lite))).contains("perl");
          assertThat(executable(find(packet(channel)))).endsWith("/java");
        }
      }
    }
  }

  private static String holding(String family, String address, DatagramChannel channel, String more)
      throws Exception {
    String end = family.equals("PF_INET") ? "pack_sockaddr_in" : "Socket::pack_sockaddr_in6";
    String number = family.equals("PF_INET") ? "AF_INET" : "Socket::AF_INET6";
    return "socket(S, "
        + family
        + ", SOCK_DGRAM, 17); setsockopt(S, SOL_SOCKET, SO_REUSEADDR, 1); bind(S, "
        + end
        + "("
        + port(channel)
        + ", Socket::inet_pton("
        + number
        + ", '"
        + address
        + "'))) or die $!; "
        + more
        + " print qq(bound\\n); <STDIN>;";
  }

  private static DatagramChannel connected(StandardProtocolFamily family, String address)
      throws Exception {
    DatagramChannel channel = DatagramChannel.open(family);
    channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
    channel.bind(new InetSocketAddress(address, 0));
    return channel.connect(new InetSocketAddress(address, 9));
  }

  private static TestPacket packet(DatagramChannel channel) throws Exception {
    return TestPacket.of(UDP, channel.getLocalAddress(), channel.getRemoteAddress());
  }

  private static int port(DatagramChannel channel) throws Exception {
    return ((InetSocketAddress) channel.getLocalAddress()).getPort();
  }

  /** That a port has no second sender is believed for a moment. */
  private void awaitNoSocket(TestPacket packet) {
    long endNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (lookup.socketOf(packet) != SubjectLookup.NO_SOCKET) {
      assertThat(System.nanoTime() - endNs).as("remembered for ever").isNegative();
      Thread.onSpinWait();
    }
  }

  private Subject find(TestPacket packet) {
    return Subject.copyOf(lookup.find(packet, System.nanoTime() + TimeUnit.SECONDS.toNanos(20)));
  }

  private static String executable(Subject subject) {
    assertThat(subject.kind()).isEqualTo(SubjectKind.PROCESS);
    return ((Fact.Known<Executable>) subject.executable()).value().path();
  }
}
