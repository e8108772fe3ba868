// SPDX-License-Identifier: Apache-2.0
package org.sallyport.nfqueue.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The backend against the running kernel: a host and its peer, each in a network namespace, real
 * programs and real rules. Needs root.
 */
class NfqueueAgentKernelTest {

  private static final String HOST = "sp-nfqueue-h" + ProcessHandle.current().pid();
  private static final String PEER = "sp-nfqueue-p" + ProcessHandle.current().pid();
  private static final List<String> ADDRESSES = List.of("10.99.0.2", "fd99::2");
  private static final String PATIENT = "5";
  private static final String BRIEF = "0.5";

  @TempDir private Path state;
  private final List<Conversation> programs = new ArrayList<>();
  private Conversation peer;
  private Conversation backend;

  @BeforeEach
  void makeHostAndPeer() throws Exception {
    run("ip", "netns", "add", HOST);
    run("ip", "netns", "add", PEER);
    run("ip", "-n", HOST, "link", "add", "up0", "type", "veth", "peer", "up0", "netns", PEER);
    setUp(HOST, "1");
    setUp(PEER, "2");
    peer = start(PEER, "perl", resource("peer.pl"), "7001", "7002", "7003", "7004");
    assertThat(peer.hear()).isEqualTo("ready");
    backend = startBackend();
  }

  private static void setUp(String namespace, String number) throws Exception {
    run("ip", "-n", namespace, "link", "set", "lo", "up");
    run("ip", "-n", namespace, "address", "add", "10.99.0." + number + "/24", "dev", "up0");
    run("ip", "-n", namespace, "address", "add", "fd99::" + number + "/64", "dev", "up0", "nodad");
    run("ip", "-n", namespace, "link", "set", "up0", "up");
  }

  @AfterEach
  void removeHostAndPeer() throws Exception {
    for (Conversation program : programs) {
      program.close();
    }
    run("ip", "netns", "del", HOST);
    run("ip", "netns", "del", PEER);
  }

  @Test
  void shouldAllowDenyAndRejectForEachProtocolAndFamily() throws Exception {
    enforce("1 ENFORCE closed");
    for (String address : ADDRESSES) {
      assertThat(tcp(address, BackendProgram.ALLOWED, PATIENT).hear()).isEqualTo("connected");
      assertThat(tcp(address, BackendProgram.DENIED, BRIEF).hear()).isEqualTo("timeout");
      assertThat(tcp(address, BackendProgram.REJECTED, PATIENT).hear())
          .isEqualTo("Connection refused");
      assertThat(udp(address, BackendProgram.ALLOWED, PATIENT).ask("a")).isEqualTo("ok");
      assertThat(udp(address, BackendProgram.DENIED, BRIEF).ask("b")).isEqualTo("timeout");
      assertThat(udp(address, BackendProgram.REJECTED, PATIENT).ask("c"))
          .isIn("No route to host", "Permission denied");
    }
    assertThat(peer.heard()).containsExactly("tcp 7001", "udp 7001 a", "tcp 7001", "udp 7001 a");
    assertThat(backend.ask("health")).startsWith("BackendHealth[active=true, problems=[],");
  }

  @Test
  void shouldAnswerOthersWhileOneFlowWaits() throws Exception {
    enforce("1 ENFORCE closed");
    Conversation slow = udp(ADDRESSES.get(0), BackendProgram.SLOW, PATIENT);
    slow.say("first");
    Conversation slowToConnect = tcp(ADDRESSES.get(1), BackendProgram.SLOW, PATIENT);
    for (int i = 0; i < 3; i++) {
      assertThat(tcp(ADDRESSES.get(0), BackendProgram.ALLOWED, PATIENT).hear())
          .isEqualTo("connected");
    }
    assertThat(slow.hasSpoken() || slowToConnect.hasSpoken()).isFalse();
    assertThat(backend.ask("release")).isEqualTo("done");
    assertThat(slow.hear()).isEqualTo("ok");
    assertThat(slowToConnect.hear()).isEqualTo("connected");
  }

  @Test
  void shouldNotBelieveMarksThatProgramsSet() throws Exception {
    enforce("1 ENFORCE closed");
    for (String forged : List.of("20010000", "40000000", "60010000", "0")) {
      Conversation program =
          programTo("udp", ADDRESSES.get(0), BackendProgram.DENIED, BRIEF, forged);
      assertThat(program.ask("x")).isEqualTo("timeout");
    }
    assertThat(peer.heard()).isEmpty();
  }

  @Test
  void shouldKeepBackWhatAForeignRuleLetsAroundFilter() throws Exception {
    enforce("1 ENFORCE closed");
    inHost("iptables", "-I", "OUTPUT", "-j", "ACCEPT");
    assertThat(udp(ADDRESSES.get(0), BackendProgram.DENIED, BRIEF).ask("x"))
        .isEqualTo("Operation not permitted");
    assertThat(tcp(ADDRESSES.get(0), BackendProgram.DENIED, BRIEF).hear())
        .isNotEqualTo("connected");
    assertThat(peer.heard()).isEmpty();
    assertThat(backend.ask("health")).contains("active=true").doesNotContain("problems=[]");
    enforce("2 ENFORCE closed");
    assertThat(udp(ADDRESSES.get(0), BackendProgram.ALLOWED, PATIENT).ask("y")).isEqualTo("ok");
  }

  @Test
  void shouldJudgeRunningFlowsAgainWhenThePolicyChanges() throws Exception {
    enforce("1 ENFORCE closed");
    Conversation stream = connected();
    Conversation datagrams = udp(ADDRESSES.get(1), BackendProgram.ALLOWED, BRIEF);
    assertThat(stream.ask("one")).isEqualTo("ok");
    assertThat(datagrams.ask("one")).isEqualTo("ok");
    enforce("2 ENFORCE closed deny-all");
    assertThat(stream.ask("two")).isEqualTo("timeout");
    assertThat(datagrams.ask("two")).isEqualTo("timeout");
    enforce("3 ENFORCE closed");
    assertThat(datagrams.ask("three")).isEqualTo("ok");
  }

  @Test
  void shouldNotTakeForAProofWhatPassedWhileObserving() throws Exception {
    enforce("1 OBSERVE closed");
    Conversation stream = tcp(ADDRESSES.get(0), BackendProgram.DENIED, BRIEF);
    assertThat(stream.hear()).isEqualTo("connected");
    assertThat(stream.ask("observed")).isEqualTo("ok");
    enforce("1 ENFORCE closed");
    assertThat(stream.ask("enforced")).isEqualTo("timeout");
  }

  @Test
  void shouldKeepAllowedConnectionsAndRefuseNewFlowsWhenTheDaemonIsKilled() throws Exception {
    enforce("1 ENFORCE closed");
    Conversation stream = connected();
    backend.kill();
    assertThat(stream.ask("still")).isEqualTo("ok");
    assertThat(tcp(ADDRESSES.get(0), BackendProgram.ALLOWED, BRIEF).hear()).isEqualTo("timeout");
    assertThat(udp(ADDRESSES.get(1), BackendProgram.ALLOWED, BRIEF).ask("x")).isEqualTo("timeout");
    backend = startBackend();
    assertThat(backend.ask("generation")).isEqualTo("OptionalInt[1]");
    enforce("2 ENFORCE closed");
    assertThat(stream.ask("again")).isEqualTo("ok");
    assertThat(tcp(ADDRESSES.get(0), BackendProgram.ALLOWED, PATIENT).hear())
        .isEqualTo("connected");
    assertThat(tcp(ADDRESSES.get(0), BackendProgram.DENIED, BRIEF).hear()).isEqualTo("timeout");
  }

  @Test
  void shouldRefuseEveryPacketWhenTheDaemonIsKilledUnderDropAll() throws Exception {
    enforce("1 ENFORCE closed drop-all");
    Conversation stream = connected();
    assertThat(stream.ask("judged")).isEqualTo("ok");
    backend.kill();
    assertThat(stream.ask("nobody listens")).isEqualTo("timeout");
  }

  @Test
  void shouldJudgeLoopbackOnlyIfAsked() throws Exception {
    Conversation neighbour =
        start(HOST, "perl", resource("peer.pl"), "7001", "7002", "7003", "7004");
    assertThat(neighbour.hear()).isEqualTo("ready");
    enforce("1 ENFORCE closed");
    assertThat(tcp("127.0.0.1", BackendProgram.DENIED, PATIENT).hear()).isEqualTo("connected");
    enforce("2 ENFORCE closed loopback");
    for (String address : List.of("127.0.0.1", "::1")) {
      assertThat(tcp(address, BackendProgram.DENIED, BRIEF).hear()).isEqualTo("timeout");
      assertThat(tcp(address, BackendProgram.REJECTED, PATIENT).hear())
          .isEqualTo("Connection refused");
      assertThat(udp(address, BackendProgram.ALLOWED, PATIENT).ask("x")).isEqualTo("ok");
      Conversation stream = tcp(address, BackendProgram.ALLOWED, PATIENT);
      assertThat(stream.hear()).isEqualTo("connected");
      assertThat(stream.ask("both ways")).isEqualTo("ok");
    }
  }

  @Test
  void shouldLetEverythingPassWhenTheDaemonIsKilledUnderOpen() throws Exception {
    enforce("1 ENFORCE open");
    assertThat(tcp(ADDRESSES.get(0), BackendProgram.DENIED, BRIEF).hear()).isEqualTo("timeout");
    backend.kill();
    for (String address : ADDRESSES) {
      assertThat(tcp(address, BackendProgram.DENIED, PATIENT).hear()).isEqualTo("connected");
      assertThat(udp(address, BackendProgram.DENIED, PATIENT).ask("x")).isEqualTo("ok");
    }
  }

  @Test
  void shouldLeaveForeignRulesAsTheyWere() throws Exception {
    inHost("iptables", "-A", "OUTPUT", "-p", "udp", "--dport", "9", "-j", "DROP");
    inHost(
        "ip6tables", "-t", "mangle", "-A", "POSTROUTING", "-j", "MARK", "--set-xmark", "0x1/0x1");
    List<String> before = rules();
    enforce("1 ENFORCE closed");
    assertThat(rules()).containsAll(before).hasSizeGreaterThan(before.size());
    assertThat(backend.ask("disarm")).isEqualTo("done");
    assertThat(rules()).isEqualTo(before);
    assertThat(tcp(ADDRESSES.get(0), BackendProgram.DENIED, PATIENT).hear()).isEqualTo("connected");
  }

  private Conversation connected() throws Exception {
    Conversation stream = tcp(ADDRESSES.get(0), BackendProgram.ALLOWED, BRIEF);
    assertThat(stream.hear()).isEqualTo("connected");
    return stream;
  }

  private void enforce(String order) throws Exception {
    assertThat(backend.ask("enforce " + order)).isEqualTo("done");
  }

  private Conversation tcp(String address, int port, String seconds) throws Exception {
    return programTo("tcp", address, port, seconds, "");
  }

  /** A UDP program, which is always connected at once. */
  private Conversation udp(String address, int port, String seconds) throws Exception {
    Conversation program = programTo("udp", address, port, seconds, "");
    assertThat(program.hear()).isEqualTo("connected");
    return program;
  }

  private Conversation programTo(
      String protocol, String address, int port, String seconds, String mark) throws Exception {
    List<String> words =
        new ArrayList<>(
            List.of("perl", resource("client.pl"), protocol, address, "" + port, seconds));
    if (!mark.isEmpty()) {
      words.add(mark);
    }
    Conversation program = start(HOST, words.toArray(String[]::new));
    if (!mark.isEmpty()) {
      assertThat(program.hear()).isEqualTo("connected");
    }
    return program;
  }

  private Conversation startBackend() throws Exception {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    String classes = System.getProperty("java.class.path");
    Conversation program =
        start(HOST, java, "-cp", classes, BackendProgram.class.getName(), state.toString());
    assertThat(program.hear()).isEqualTo("started");
    return program;
  }

  private Conversation start(String namespace, String... words) throws IOException {
    Conversation program = new Conversation(namespace, List.of(words));
    programs.add(program);
    return program;
  }

  private static List<String> rules() throws Exception {
    String both = inHost("iptables-save") + inHost("ip6tables-save");
    return both.lines().filter(l -> l.startsWith("-A") || l.startsWith(":SALLY")).toList();
  }

  private static String inHost(String... words) throws Exception {
    List<String> all = new ArrayList<>(List.of("nsenter", "--net=/run/netns/" + HOST));
    all.addAll(List.of(words));
    return run(all.toArray(String[]::new));
  }

  private static String run(String... words) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(words).start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    String error = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(String.join(" ", words) + ": " + error).isZero();
    return out;
  }

  private static String resource(String name) throws URISyntaxException {
    return Path.of(NfqueueAgentKernelTest.class.getResource("/" + name).toURI()).toString();
  }
}
