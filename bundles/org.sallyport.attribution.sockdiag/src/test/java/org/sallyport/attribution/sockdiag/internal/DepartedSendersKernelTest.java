// SPDX-License-Identifier: Apache-2.0
package org.sallyport.attribution.sockdiag.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.sallyport.api.packet.IpProtocol.TCP;
import static org.sallyport.api.packet.IpProtocol.UDP;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sallyport.api.subject.Fact;
import org.sallyport.api.subject.Subject;
import org.sallyport.api.subject.SubjectKind;
import org.sallyport.api.subject.SubjectLookup;

/**
 * A perl holds a socket, and another process that had it too is gone when it is looked for. A
 * datagram that is corked stands for one that waits for its verdict.
 */
class DepartedSendersKernelTest {

  private static final InetSocketAddress NOWHERE = new InetSocketAddress("127.0.0.1", 9);

  private static final String CORKED =
      "socket(S, PF_INET, SOCK_DGRAM, 17); bind(S, sockaddr_in(0, INADDR_LOOPBACK)) or die $!;"
          + " setsockopt(S, 17, 1, pack('i', 1)) or die $!;"
          + " send(S, 'x' x 200, 0, sockaddr_in(9, INADDR_LOOPBACK)) or die $!;";

  /** Says the port, and goes on at each line it is told. */
  private static final String SAY =
      " sub say_port { print((sockaddr_in(getsockname(S)))[0], qq(\\n)) }"
          + " sub await { sysread(STDIN, my $go, 3); }";

  private static final String FORK =
      " my $child = fork; if (!$child) { await(); exit } say_port();"
          + " waitpid($child, 0); print qq(gone\\n); await();";

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
  void shouldNotNameWhoLentItsSocketToAChildThatIsGone() throws Exception {
    assertDoubtedOnlyIfGoneSince(CORKED + SAY + FORK);
  }

  @Test
  void shouldNotNameAChildToWhomASocketWasLeft() throws Exception {
    // the child goes on until the first one ends, which has no socket and the end of a pipe
    String orphan =
        " pipe(R, W); my $middle = fork; if (!$middle) { close(W);"
            + " if (fork) { await(); exit } say_port(); sysread(R, my $end, 1); exit }"
            + " close(S); waitpid($middle, 0); print qq(gone\\n); await();";
    assertDoubtedOnlyIfGoneSince(CORKED + SAY + orphan);
  }

  /** The child that was given it runs another file than who holds it. */
  @Test
  void shouldNotNameWhoHandedItsSocketToAnotherProgramThatIsGone() throws Exception {
    String other =
        " my $child = fork; if (!$child) { exec('sh', '-c', 'read go') } say_port();"
            + " waitpid($child, 0); print qq(gone\\n); await();";
    // perl buffers nothing of what it passes on: sh reads the line itself
    assertDoubtedOnlyIfGoneSince(CORKED + SAY + other);
  }

  /** What is closed by exec another program never had. */
  @Test
  void shouldNameWhoKeepsItsSocketFromTheProgramsItRuns() throws Exception {
    String other =
        " fcntl(S, 2, 1) or die $!; my $child = fork; if (!$child) { exec('sh', '-c', 'read go') }"
            + " say_port(); waitpid($child, 0); print qq(gone\\n); await();";
    try (PerlProgram perl = new PerlProgram(CORKED + SAY + other)) {
      TestPacket packet = datagram(perl).sentAfter(System.nanoTime());
      perl.tell("go");
      assertThat(perl.line()).isEqualTo("gone");
      assertNamed(perl, packet);
    }
  }

  @Test
  void shouldNameAProgramWhateverStrangersDo() throws Exception {
    try (PerlProgram perl = new PerlProgram(CORKED + SAY + " say_port(); await();");
        PerlProgram stranger =
            new PerlProgram("for (1 .. 50) { system('true') } print qq(gone\\n); <STDIN>;")) {
      TestPacket packet = datagram(perl).sentAfter(System.nanoTime());
      assertThat(stranger.line()).isEqualTo("gone");
      assertNamed(perl, packet);
    }
  }

  /** The kernel may send the same once more after a second, when nobody is gone any more. */
  @Test
  void shouldNotNameTheHolderOfADoubtedConnectionLater() throws Exception {
    try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getByName("127.0.0.1"))) {
      String connect =
          "socket(S, PF_INET, SOCK_STREAM, 6); connect(S, sockaddr_in("
              + server.getLocalPort()
              + ", INADDR_LOOPBACK)) or die $!;";
      try (PerlProgram perl = new PerlProgram(connect + SAY + FORK)) {
        InetSocketAddress local = local(perl);
        TestPacket packet = TestPacket.of(TCP, local, server.getLocalSocketAddress());
        TestPacket first = packet.sentAfter(System.nanoTime());
        assertNamed(perl, first);
        perl.tell("go");
        assertThat(perl.line()).isEqualTo("gone");
        assertThat(lookup.findNow(first).kind()).isEqualTo(SubjectKind.PENDING);
        assertThat(find(first).kind()).isEqualTo(SubjectKind.UNKNOWN);
        TestPacket again = packet.sentAfter(System.nanoTime());
        assertThat(find(again).kind()).isEqualTo(SubjectKind.UNKNOWN);
      }
    }
  }

  /**
   * Whoever is not known to be gone may have sent; that shows also before anybody was looked at.
   */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void shouldNotBelieveAnEarlierFindingAboutAPacketAfterIt(boolean found) throws Exception {
    try (PerlProgram perl = new PerlProgram(CORKED + SAY + FORK)) {
      TestPacket packet = datagram(perl).sentAfter(System.nanoTime());
      if (found) {
        find(packet);
      }
      perl.tell("go");
      assertThat(perl.line()).isEqualTo("gone");
      assertThat(lookup.findNow(packet).kind()).isEqualTo(SubjectKind.PENDING);
      assertThat(find(packet).kind()).isEqualTo(SubjectKind.UNKNOWN);
    }
  }

  /** A program that says its port, takes a line, says that another is gone, and takes a line. */
  private void assertDoubtedOnlyIfGoneSince(String script) throws Exception {
    try (PerlProgram perl = new PerlProgram(script)) {
      TestPacket before = datagram(perl).sentAfter(System.nanoTime());
      perl.tell("go");
      assertThat(perl.line()).isEqualTo("gone");
      TestPacket after = before.sentAfter(System.nanoTime());
      Subject subject = find(before);
      assertThat(subject.kind()).isEqualTo(SubjectKind.UNKNOWN);
      assertThat(subject.userId()).isEqualTo(new Fact.Known<>(0L, "nfqueue"));
      assertThat(executable(find(after))).contains("perl");
      assertThat(find(before).kind()).as("also from memory").isEqualTo(SubjectKind.UNKNOWN);
    }
  }

  private void assertNamed(PerlProgram perl, TestPacket packet) {
    Subject subject = find(packet);
    assertThat(executable(subject)).contains("perl");
    assertThat(known(subject.process()).pid()).isIn(perl.pid(), childOf(perl));
  }

  private static int childOf(PerlProgram perl) {
    return ProcessHandle.of(perl.pid())
        .flatMap(p -> p.children().findFirst())
        .map(p -> (int) p.pid())
        .orElse(perl.pid());
  }

  private static InetSocketAddress local(PerlProgram perl) throws Exception {
    return new InetSocketAddress("127.0.0.1", Integer.parseInt(perl.line()));
  }

  private static TestPacket datagram(PerlProgram perl) throws Exception {
    return TestPacket.of(UDP, local(perl), NOWHERE);
  }

  private Subject find(TestPacket packet) {
    return Subject.copyOf(lookup.find(packet, System.nanoTime() + TimeUnit.SECONDS.toNanos(20)));
  }

  private static String executable(Subject subject) {
    assertThat(subject.kind()).as(subject.toString()).isEqualTo(SubjectKind.PROCESS);
    return known(subject.executable()).path();
  }

  private static <T> T known(Fact<T> fact) {
    assertThat(fact).isInstanceOf(Fact.Known.class);
    return ((Fact.Known<T>) fact).value();
  }
}
