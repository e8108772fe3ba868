// SPDX-License-Identifier: Apache-2.0
package org.sallyport.attribution.sockdiag.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.sallyport.api.packet.IpProtocol.TCP;
import static org.sallyport.api.packet.IpProtocol.UDP;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.sallyport.api.packet.Direction;
import org.sallyport.api.subject.Executable;
import org.sallyport.api.subject.Fact;
import org.sallyport.api.subject.Subject;
import org.sallyport.api.subject.SubjectKind;
import org.sallyport.api.subject.SubjectLookup;
import org.sallyport.api.subject.SubjectView;

/** Sockets that share a port, and sockets whose peer is not the packet's. */
class SharedPortsKernelTest {

  private static final long NOBODY = 65_534;
  private static final InetSocketAddress NOWHERE = new InetSocketAddress("127.0.0.1", 9);

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

  @Test
  void shouldTakeAReusePortGroupOfOneProgramForThatProgram() throws Exception {
    try (PerlProgram first = new PerlProgram(listen(0));
        PerlProgram second = new PerlProgram(listen(port(first)))) {
      int port = port(second);
      assertThat(executable(find(inbound(port)))).contains("perl");
      assertThat(lookup.socketOf(inbound(port)))
          .as("one of two")
          .isEqualTo(SubjectLookup.NO_SOCKET);
    }
  }

  @Test
  void shouldNotGuessInAReusePortGroupOfTwoPrograms() throws Exception {
    try (PerlProgram perl = new PerlProgram(listen(0));
        ServerSocket server = new ServerSocket()) {
      int port = port(perl);
      server.setOption(StandardSocketOptions.SO_REUSEPORT, true);
      server.bind(new InetSocketAddress(InetAddress.getByName("0.0.0.0"), port));
      assertThat(find(inbound(port)).kind()).isEqualTo(SubjectKind.UNKNOWN);
    }
  }

  /** The kernel keeps a deferred connection half open until its first data are there. */
  @Test
  void shouldFindTheListenerOfAHandshakeThatIsHalfOpen() throws Exception {
    String defer = "setsockopt(S, 6, 9, pack('i', 30)) or die $!; ";
    try (PerlProgram perl = new PerlProgram(defer(listen(0), defer));
        SocketChannel client = SocketChannel.open(new InetSocketAddress("127.0.0.1", port(perl)))) {
      TestPacket packet = fromPeer(client);
      assertThat(lookup.findNow(packet).kind()).isEqualTo(SubjectKind.PENDING);
      assertThat(executable(find(packet))).contains("perl");
      assertThat(lookup.socketOf(packet)).isNotEqualTo(SubjectLookup.NO_SOCKET);
    }
  }

  @Test
  void shouldFindTheListenerOfAConnectionThatWaitsToBeAccepted() throws Exception {
    try (PerlProgram perl = new PerlProgram(listen(0));
        SocketChannel client = SocketChannel.open(new InetSocketAddress("127.0.0.1", port(perl)));
        ServerSocket second = new ServerSocket()) {
      assertThat(executable(find(fromPeer(client)))).contains("perl");
      client.shutdownOutput();
      assertThat(executable(find(fromPeer(client)))).contains("perl");
      second.setOption(StandardSocketOptions.SO_REUSEPORT, true);
      InetSocketAddress peer = (InetSocketAddress) client.getRemoteAddress();
      second.bind(new InetSocketAddress("0.0.0.0", peer.getPort()));
      assertThat(find(fromPeer(client)).kind())
          .as("either of two listeners")
          .isEqualTo(SubjectKind.UNKNOWN);
    }
  }

  @Test
  void shouldTellTheListenerOfTheNarrowerAddress() throws Exception {
    try (PerlProgram perl = new PerlProgram(listen(0));
        ServerSocket server = new ServerSocket()) {
      int port = port(perl);
      server.setOption(StandardSocketOptions.SO_REUSEPORT, true);
      server.bind(new InetSocketAddress("127.0.0.1", port));
      assertThat(executable(find(inbound(port)))).endsWith("/java");
      assertThat(lookup.socketOf(inbound(port))).isNotEqualTo(SubjectLookup.NO_SOCKET);
    }
  }

  @Test
  void shouldTellProgramsOfDifferentUsersOnOnePortApart() throws Exception {
    String bind =
        "socket(S, PF_INET, SOCK_DGRAM, 17); setsockopt(S, SOL_SOCKET, SO_REUSEADDR, 1);"
            + " bind(S, sockaddr_in(0, INADDR_ANY)) or die $!;"
            + " print((sockaddr_in(getsockname(S)))[0], qq(\\n)); <STDIN>;";
    List<String> asNobody =
        List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "perl");
    try (PerlProgram perl = new PerlProgram(asNobody, bind);
        DatagramChannel channel = DatagramChannel.open(StandardProtocolFamily.INET)) {
      int port = port(perl);
      channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
      channel.bind(new InetSocketAddress(port));
      TestPacket packet = TestPacket.of(UDP, new InetSocketAddress("127.0.0.1", port), NOWHERE);
      assertThat(executable(find(packet.ofUser(NOBODY)))).contains("perl");
      assertThat(executable(find(packet.ofUser(0)))).endsWith("/java");
    }
  }

  @Test
  void shouldFindTheSocketWhoseReceiverWasChangedOnTheWay() throws Exception {
    try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getByName("127.0.0.1"));
        SocketChannel client = SocketChannel.open(server.getLocalSocketAddress())) {
      TestPacket packet = TestPacket.of(TCP, client.getLocalAddress(), NOWHERE);
      assertThat(lookup.findNow(packet).kind()).isEqualTo(SubjectKind.PENDING);
      assertThat(executable(find(packet))).endsWith("/java");
      assertThat(find(packet.ofUser(NOBODY)).kind()).isEqualTo(SubjectKind.UNKNOWN);
    }
  }

  @Test
  void shouldNotGuessTheSenderOfALaterFragment() {
    TestPacket packet = TestPacket.of(UDP, NOWHERE, NOWHERE).ofUser(NOBODY).withoutPorts();
    SubjectView subject = lookup.findNow(packet);
    assertThat(subject.kind()).isEqualTo(SubjectKind.UNKNOWN);
    assertThat(subject.userId()).isEqualTo(new Fact.Known<>(NOBODY, "nfqueue"));
    assertThat(subject.process())
        .isEqualTo(new Fact.Unknown<>("a later fragment does not tell its ports"));
  }

  @Test
  void shouldTellHashAndCgroupOfARunningProgram() throws Exception {
    try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getByName("127.0.0.1"));
        SocketChannel client = SocketChannel.open(server.getLocalSocketAddress())) {
      TestPacket packet = TestPacket.of(TCP, client.getLocalAddress(), client.getRemoteAddress());
      SubjectView view = lookup.find(packet, System.nanoTime() + TimeUnit.SECONDS.toNanos(20));
      assertThat(view.sha256()).isInstanceOf(Fact.Pending.class);
      long endNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
      while (view.sha256() instanceof Fact.Pending && System.nanoTime() - endNs < 0) {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(2));
      }
      assertThat(((Fact.Known<String>) view.sha256()).value()).hasSize(64);
      assertThat(view.seen().sha256()).isEqualTo(view.sha256());
      assertThat(((Fact.Known<String>) view.cgroup()).value()).startsWith("/");
      assertThat(((Fact.Known<String>) view.cgroup()).source()).isEqualTo("sock_diag");
    }
  }

  @Test
  void shouldFindTheNextSocketOfARunningProgramAtOnce() throws Exception {
    try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getByName("127.0.0.1"))) {
      try (SocketChannel first = SocketChannel.open(server.getLocalSocketAddress())) {
        find(TestPacket.of(TCP, first.getLocalAddress(), first.getRemoteAddress()));
      }
      try (SocketChannel next = SocketChannel.open(server.getLocalSocketAddress())) {
        TestPacket packet = TestPacket.of(TCP, next.getLocalAddress(), next.getRemoteAddress());
        SubjectView subject = lookup.findNow(packet);
        assertThat(subject.kind()).isEqualTo(SubjectKind.PROCESS);
        assertThat(executable(subject)).endsWith("/java");
      }
    }
  }

  private static String listen(int port) {
    return "socket(S, PF_INET, SOCK_STREAM, 6); setsockopt(S, SOL_SOCKET, 15, 1);"
        + " bind(S, sockaddr_in("
        + port
        + ", INADDR_ANY)) or die $!; listen(S, 5);"
        + " print((sockaddr_in(getsockname(S)))[0], qq(\\n)); <STDIN>;";
  }

  private static String defer(String listen, String defer) {
    return listen.replace(" listen(S", " " + defer + "listen(S");
  }

  /** What the client sends, as it arrives at the other end. */
  private static TestPacket fromPeer(SocketChannel client) throws Exception {
    return TestPacket.of(TCP, client.getRemoteAddress(), client.getLocalAddress())
        .going(Direction.IN);
  }

  private static int port(PerlProgram perl) throws Exception {
    return Integer.parseInt(perl.line());
  }

  private static TestPacket inbound(int port) {
    return TestPacket.of(TCP, new InetSocketAddress("127.0.0.1", port), NOWHERE)
        .going(Direction.IN);
  }

  private Subject find(TestPacket packet) {
    return Subject.copyOf(lookup.find(packet, System.nanoTime() + TimeUnit.SECONDS.toNanos(20)));
  }

  private static String executable(SubjectView subject) {
    assertThat(subject.kind()).isEqualTo(SubjectKind.PROCESS);
    assertThat(subject.executable()).isInstanceOf(Fact.Known.class);
    return ((Fact.Known<Executable>) subject.executable()).value().path();
  }
}
