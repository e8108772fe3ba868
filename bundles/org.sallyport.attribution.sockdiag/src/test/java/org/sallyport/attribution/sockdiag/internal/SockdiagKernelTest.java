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
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SocketChannel;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.sallyport.api.packet.Direction;
import org.sallyport.api.subject.Executable;
import org.sallyport.api.subject.Fact;
import org.sallyport.api.subject.ProcessId;
import org.sallyport.api.subject.Subject;
import org.sallyport.api.subject.SubjectKind;
import org.sallyport.api.subject.SubjectLookup;
import org.sallyport.api.subject.SubjectView;

class SockdiagKernelTest {

  /** Takes the line "go" and not a byte more: what follows belongs to the program after it. */
  private static final String GO = "sysread(STDIN, my $go, 3);";

  private static final InetSocketAddress NOWHERE = new InetSocketAddress("127.0.0.1", 9);
  private static final int OWN_PID = (int) ProcessHandle.current().pid();

  private SubjectLookup lookup;
  private ServerSocket server;

  @BeforeEach
  void open() throws Exception {
    lookup = new SockdiagSource().open();
    server = new ServerSocket(0, 5, InetAddress.getByName("127.0.0.1"));
  }

  @AfterEach
  void close() throws Exception {
    lookup.close();
    server.close();
  }

  @Test
  void shouldFindTheProgramOfATcpSocketAndRememberIt() throws Exception {
    try (SocketChannel client = SocketChannel.open(server.getLocalSocketAddress())) {
      TestPacket packet = packet(client);
      assertThat(lookup.findNow(packet).kind()).isEqualTo(SubjectKind.PENDING);
      assertIsThisProcess(find(packet));
      assertIsThisProcess(lookup.findNow(packet));
      assertThat(lookup.socketOf(packet)).isNotZero();
      assertThat(find(packet).ancestors()).isInstanceOf(Fact.Known.class);
      assertThat(find(packet).commandLine()).isInstanceOf(Fact.Known.class);
      assertThat(known(find(packet).processUserId())).isZero();
    }
  }

  /** Whoever talks to where it goes from the same port may be another one. */
  @Test
  void shouldLookForTheSenderOfARewrittenPacketByItsOwnEndAlone() throws Exception {
    try (SocketChannel client = SocketChannel.open(server.getLocalSocketAddress())) {
      TestPacket packet = packet(client);
      assertIsThisProcess(find(packet));
      assertThat(lookup.socketOf(packet)).isNotZero();
      assertThat(lookup.socketOf(packet.rewritten())).isEqualTo(SubjectLookup.NO_SOCKET);
      assertThat(lookup.findNow(packet.rewritten()).kind()).isEqualTo(SubjectKind.PENDING);
      assertIsThisProcess(find(packet.rewritten()));
      assertThat(find(packet.rewritten().withoutOwner()).kind())
          .as("whoever left it behind")
          .isEqualTo(SubjectKind.UNKNOWN);
    }
  }

  @Test
  void shouldFindADualStackSocketByItsIpv4Packet() throws Exception {
    try (SocketChannel client = SocketChannel.open(StandardProtocolFamily.INET6)) {
      client.connect(server.getLocalSocketAddress());
      assertIsThisProcess(find(packet(client)));
    }
  }

  @Test
  void shouldFindAnUnconnectedSocketAndRememberIt() throws Exception {
    try (DatagramChannel channel = DatagramChannel.open(StandardProtocolFamily.INET)) {
      channel.bind(new InetSocketAddress(0));
      TestPacket packet = unconnected(channel);
      assertThat(lookup.findNow(packet).kind()).isEqualTo(SubjectKind.PENDING);
      assertIsThisProcess(find(packet));
      assertThat(lookup.socketOf(packet)).isNotEqualTo(SubjectLookup.NO_SOCKET);
      assertIsThisProcess(lookup.findNow(packet));
      assertThat(find(packet.ofUser(4321)).kind()).isEqualTo(SubjectKind.UNKNOWN);
    }
  }

  @Test
  void shouldNotGuessBetweenProgramsThatShareAPort() throws Exception {
    String bind =
        "socket(S, PF_INET, SOCK_DGRAM, 17); setsockopt(S, SOL_SOCKET, SO_REUSEADDR, 1);"
            + " bind(S, sockaddr_in(0, INADDR_ANY)) or die $!;"
            + " print((sockaddr_in(getsockname(S)))[0], qq(\\n)); <STDIN>;";
    try (PerlProgram perl = new PerlProgram(bind);
        DatagramChannel channel = DatagramChannel.open(StandardProtocolFamily.INET)) {
      int port = Integer.parseInt(perl.line());
      channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
      channel.bind(new InetSocketAddress(port));
      TestPacket packet = unconnected(channel);
      assertThat(find(packet).kind()).isEqualTo(SubjectKind.UNKNOWN);
      assertThat(lookup.socketOf(packet)).isEqualTo(SubjectLookup.NO_SOCKET);
    }
  }

  @Test
  void shouldReadTheExecutableAnewAfterAnExec() throws Exception {
    try (PerlProgram perl = new PerlProgram(connect() + GO + " exec 'cat';")) {
      TestPacket packet = TestPacket.of(TCP, local(perl), server.getLocalSocketAddress());
      assertThat(executable(find(packet))).contains("perl");
      perl.tell("go");
      perl.tell("hello");
      assertThat(perl.line()).isEqualTo("hello");
      SubjectView after = lookup.findNow(packet);
      assertThat(after.kind()).isEqualTo(SubjectKind.PROCESS);
      assertThat(executable(after)).endsWith("/cat");
      assertThat(known(after.process()).pid()).isEqualTo(perl.pid());
    }
  }

  @Test
  void shouldNotNameOneOfTwoProgramsThatShareASocket() throws Exception {
    String fork = "if (fork() == 0) { exec 'cat' } print qq(forked\\n); wait;";
    try (PerlProgram perl = new PerlProgram(connect() + GO + fork)) {
      TestPacket packet = TestPacket.of(TCP, local(perl), server.getLocalSocketAddress());
      assertThat(find(packet).kind()).isEqualTo(SubjectKind.PROCESS);
      perl.tell("go");
      assertThat(perl.line()).isEqualTo("forked");
      perl.tell("hello");
      assertThat(perl.line()).as("said by cat").isEqualTo("hello");
      Subject subject = find(packet);
      assertThat(subject.kind()).isEqualTo(SubjectKind.UNKNOWN);
      assertThat(known(subject.userId())).isZero();
    }
  }

  @Test
  void shouldKnowTheSubjectOfASocketThatWasClosedWithDataLeft() throws Exception {
    SocketChannel client = SocketChannel.open(server.getLocalSocketAddress());
    TestPacket packet = packet(client);
    assertIsThisProcess(find(packet));
    client.configureBlocking(false);
    ByteBuffer data = ByteBuffer.allocate(1 << 16);
    while (client.write(data) > 0) {
      data.clear();
    }
    client.close();
    assertIsThisProcess(lookup.findNow(packet.withoutOwner()));
    try (SubjectLookup stranger = new SockdiagSource().open()) {
      SubjectView unknown = stranger.findNow(packet.withoutOwner());
      assertThat(unknown.kind()).isEqualTo(SubjectKind.UNKNOWN);
      assertThat(unknown.userId()).isInstanceOf(Fact.Unknown.class);
    }
  }

  @Test
  void shouldKeepTheOwnerWhereTheProcessIsUnknown() {
    for (int protocol : new int[] {TCP, UDP, 1}) {
      TestPacket packet = TestPacket.of(protocol, NOWHERE, NOWHERE).ofUser(1000);
      Subject subject = find(packet);
      assertThat(subject.kind()).isEqualTo(SubjectKind.UNKNOWN);
      assertThat(subject.userId()).isEqualTo(new Fact.Known<>(1000L, "nfqueue"));
      assertThat(subject.executable()).isInstanceOf(Fact.Unknown.class);
    }
  }

  @Test
  void shouldTellWhereNoProgramIsBehindAPacket() {
    TestPacket udp = TestPacket.of(UDP, NOWHERE, NOWHERE).withoutOwner();
    TestPacket tcp = TestPacket.of(TCP, NOWHERE, NOWHERE).withoutOwner();
    assertThat(lookup.findNow(udp).kind()).isEqualTo(SubjectKind.KERNEL);
    assertThat(lookup.findNow(tcp).kind()).isEqualTo(SubjectKind.KERNEL);
    assertThat(lookup.findNow(tcp.going(Direction.IN)).kind()).isEqualTo(SubjectKind.NONE);
    assertThat(lookup.findNow(tcp.going(Direction.FORWARD)).kind()).isEqualTo(SubjectKind.FORWARD);
    assertThat(lookup.findNow(udp).executable()).isInstanceOf(Fact.Absent.class);
  }

  @Test
  void shouldFindTheListenerOfAnInboundPacket() {
    TestPacket packet =
        TestPacket.of(TCP, server.getLocalSocketAddress(), NOWHERE).going(Direction.IN);
    Subject subject = find(packet);
    assertIsThisProcess(subject);
    assertThat(subject.userId()).isEqualTo(new Fact.Known<>(0L, "sock_diag"));
    assertThat(subject.groupId()).isInstanceOf(Fact.Unknown.class);
  }

  @Test
  void shouldGiveUpAtTheDeadline() throws Exception {
    try (SocketChannel client = SocketChannel.open(server.getLocalSocketAddress())) {
      SubjectView subject = lookup.find(packet(client), System.nanoTime() - 1);
      assertThat(subject.kind()).isEqualTo(SubjectKind.UNKNOWN);
    }
  }

  private String connect() {
    return "socket(S, PF_INET, SOCK_STREAM, 6);"
        + " connect(S, sockaddr_in("
        + server.getLocalPort()
        + ", INADDR_LOOPBACK)) or die $!; print((sockaddr_in(getsockname(S)))[0], qq(\\n));";
  }

  private static InetSocketAddress local(PerlProgram perl) throws Exception {
    return new InetSocketAddress("127.0.0.1", Integer.parseInt(perl.line()));
  }

  private static TestPacket packet(SocketChannel client) throws Exception {
    return TestPacket.of(TCP, client.getLocalAddress(), client.getRemoteAddress());
  }

  private static TestPacket unconnected(DatagramChannel channel) throws Exception {
    int port = ((InetSocketAddress) channel.getLocalAddress()).getPort();
    return TestPacket.of(UDP, new InetSocketAddress("127.0.0.1", port), NOWHERE);
  }

  private Subject find(TestPacket packet) {
    return Subject.copyOf(lookup.find(packet, System.nanoTime() + TimeUnit.SECONDS.toNanos(20)));
  }

  private static void assertIsThisProcess(SubjectView subject) {
    assertThat(subject.kind()).isEqualTo(SubjectKind.PROCESS);
    ProcessId process = known(subject.process());
    assertThat(process.pid()).isEqualTo(OWN_PID);
    assertThat(executable(subject)).endsWith("/java");
  }

  private static String executable(SubjectView subject) {
    Executable executable = known(subject.executable());
    assertThat(executable.hostNamespace()).isTrue();
    return executable.path();
  }

  private static <T> T known(Fact<T> fact) {
    assertThat(fact).isInstanceOf(Fact.Known.class);
    return ((Fact.Known<T>) fact).value();
  }
}
