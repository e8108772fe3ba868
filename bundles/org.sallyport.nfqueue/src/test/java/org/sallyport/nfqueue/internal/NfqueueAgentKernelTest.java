// SPDX-License-Identifier: Apache-2.0
package org.sallyport.nfqueue.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Verdicts and proofs against the running kernel, with real programs. Needs root. */
class NfqueueAgentKernelTest {

  @TempDir private Path state;
  private TestHost host;

  @BeforeEach
  void makeHost() throws Exception {
    host = new TestHost(state);
  }

  @AfterEach
  void removeHost() throws Exception {
    host.close();
  }

  @Test
  void shouldAllowDenyAndRejectForEachProtocolAndFamily() throws Exception {
    host.enforce("1 ENFORCE closed");
    for (String address : TestHost.ADDRESSES) {
      assertThat(host.tcp(address, BackendProgram.ALLOWED).hear()).isEqualTo("connected");
      assertThat(host.triesTcp(address, BackendProgram.DENIED)).isEqualTo("timeout");
      assertThat(host.tcp(address, BackendProgram.REJECTED).hear()).isEqualTo("Connection refused");
      assertThat(host.udp(address, BackendProgram.ALLOWED).sends("a")).isEqualTo("ok");
      assertThat(host.udp(address, BackendProgram.DENIED).tries("b")).isEqualTo("timeout");
      assertThat(host.udp(address, BackendProgram.REJECTED).sends("c"))
          .isIn("No route to host", "Permission denied");
    }
    assertThat(host.peer().heard())
        .containsExactly("tcp 7001", "udp 7001 a", "tcp 7001", "udp 7001 a");
    assertThat(host.backend().ask("health")).startsWith("BackendHealth[active=true, problems=[],");
  }

  @Test
  void shouldAnswerOthersWhileOneFlowWaits() throws Exception {
    host.enforce("1 ENFORCE closed");
    Conversation slow = host.udp(TestHost.ADDRESSES.get(0), BackendProgram.SLOW);
    slow.say("5 first");
    Conversation slowToConnect = host.tcp(TestHost.ADDRESSES.get(1), BackendProgram.SLOW);
    for (int i = 0; i < 3; i++) {
      assertThat(host.tcp(TestHost.ADDRESSES.get(0), BackendProgram.ALLOWED).hear())
          .isEqualTo("connected");
    }
    assertThat(slow.hasSpoken() || slowToConnect.hasSpoken()).isFalse();
    assertThat(host.backend().ask("release")).isEqualTo("done");
    assertThat(slow.hear()).isEqualTo("ok");
    assertThat(slowToConnect.hear()).isEqualTo("connected");
  }

  @Test
  void shouldNotBelieveMarksThatProgramsSet() throws Exception {
    host.enforce("1 ENFORCE closed");
    for (String forged : List.of("20010000", "40000000", "60010000", "0")) {
      Conversation program = host.special("udp", BackendProgram.DENIED, "SO_MARK=" + forged);
      assertThat(program.hear()).isEqualTo("connected");
      assertThat(program.tries("x")).isEqualTo("timeout");
    }
    assertThat(host.peer().heard()).isEmpty();
  }

  @Test
  void shouldKeepBackWhatAForeignRuleLetsAroundFilter() throws Exception {
    host.enforce("1 ENFORCE closed");
    host.inHost("iptables", "-I", "OUTPUT", "-j", "ACCEPT");
    assertThat(host.udp(TestHost.ADDRESSES.get(0), BackendProgram.DENIED).tries("x"))
        .isEqualTo("Operation not permitted");
    assertThat(host.triesTcp(TestHost.ADDRESSES.get(0), BackendProgram.DENIED))
        .isNotEqualTo("connected");
    assertThat(host.peer().heard()).isEmpty();
    assertThat(host.backend().ask("health")).contains("active=false").doesNotContain("problems=[]");
    host.enforce("2 ENFORCE closed");
    assertThat(host.udp(TestHost.ADDRESSES.get(0), BackendProgram.ALLOWED).sends("y"))
        .isEqualTo("ok");
  }

  @Test
  void shouldNotCallItselfActiveWhenARuleIsGoneAndPutItBack() throws Exception {
    host.enforce("1 ENFORCE closed");
    int generation = 1;
    for (String damage :
        List.of(
            "iptables -D SALLYPORT-OUT 9",
            "ip6tables -D OUTPUT -j SALLYPORT-OUT",
            "iptables -t mangle -F",
            "iptables -F",
            "ip6tables -t raw -F SALLYPORT-MARK")) {
      host.inHost(damage.split(" "));
      assertThat(host.backend().ask("health")).as(damage).contains("active=false");
      generation++;
      host.enforce(generation + " ENFORCE closed");
      assertThat(host.backend().ask("health"))
          .as("repaired after " + damage)
          .startsWith("BackendHealth[active=true, problems=[],");
      assertThat(host.triesTcp(TestHost.ADDRESSES.get(0), BackendProgram.DENIED))
          .isEqualTo("timeout");
    }
  }

  @Test
  void shouldJudgeRunningFlowsAgainWhenThePolicyChanges() throws Exception {
    host.enforce("1 ENFORCE closed");
    Conversation stream = host.connected();
    Conversation datagrams = host.udp(TestHost.ADDRESSES.get(1), BackendProgram.ALLOWED);
    assertThat(stream.sends("one")).isEqualTo("ok");
    assertThat(datagrams.sends("one")).isEqualTo("ok");
    host.enforce("2 ENFORCE closed deny-all");
    // dropped, or the socket was ended before: the running flows are looked through meanwhile
    assertThat(stream.tries("two")).isNotEqualTo("ok");
    assertThat(datagrams.tries("two")).isNotEqualTo("ok");
    assertThat(host.peer().heard()).noneMatch(heard -> heard.contains("two"));
    host.enforce("3 ENFORCE closed");
    Conversation later = host.udp(TestHost.ADDRESSES.get(1), BackendProgram.ALLOWED);
    assertThat(later.sends("three")).isEqualTo("ok");
  }

  @Test
  void shouldNotLetADeniedProgramInheritTheFlowOfAnAllowedOne() throws Exception {
    host.enforce("1 ENFORCE closed");
    for (String protocol : List.of("tcp", "udp")) {
      Conversation allowed =
          host.special(protocol, BackendProgram.ALLOWED, "SOURCE_PORT=5555", "RUN_AS=0");
      assertThat(allowed.hear()).isEqualTo("connected");
      assertThat(allowed.sends("allowed")).isEqualTo("ok");
      allowed.kill();
      Conversation denied =
          host.special(
              protocol,
              BackendProgram.ALLOWED,
              "SOURCE_PORT=5555",
              "RUN_AS=65534",
              "CONNECT_SECONDS=0.5");
      if (protocol.equals("udp")) {
        assertThat(denied.hear()).isEqualTo("connected");
        denied.say("0.5 denied");
      }
      assertThat(denied.hear()).isEqualTo("timeout");
    }
    assertThat(host.peer().heard()).containsExactly("tcp 7001", "udp 7001 allowed");
  }

  /** Its RST is lost, so the kernel takes the connection of a dead program for a running one. */
  @Test
  void shouldJudgeWhatOpensAConnectionThatTheKernelThinksIsThere() throws Exception {
    host.enforce("1 ENFORCE closed");
    host.inHost(
        "iptables",
        "-t",
        "raw",
        "-A",
        "OUTPUT",
        "-p",
        "tcp",
        "--tcp-flags",
        "RST",
        "RST",
        "-j",
        "DROP");
    host.inPeer("iptables", "-A", "INPUT", "-p", "tcp", "--syn", "--sport", "5555");
    Conversation allowed = host.special("tcp", BackendProgram.ALLOWED, "SOURCE_PORT=5555");
    assertThat(allowed.hear()).isEqualTo("connected");
    allowed.kill();
    Conversation denied =
        host.special(
            "tcp",
            BackendProgram.ALLOWED,
            "SOURCE_PORT=5555",
            "RUN_AS=65534",
            "CONNECT_SECONDS=0.5");
    assertThat(denied.hear()).isEqualTo("timeout");
    assertThat(host.inPeer("iptables-save", "-c"))
        .as("only the first SYN arrived")
        .contains("[1:60] -A INPUT -p tcp -m tcp --sport 5555");
  }

  @Test
  void shouldNotTakeForAProofWhatPassedWhileObserving() throws Exception {
    host.enforce("1 OBSERVE closed");
    Conversation stream = host.tcp(TestHost.ADDRESSES.get(0), BackendProgram.DENIED);
    assertThat(stream.hear()).isEqualTo("connected");
    assertThat(stream.sends("observed")).isEqualTo("ok");
    host.enforce("1 ENFORCE closed");
    assertThat(stream.tries("enforced")).isEqualTo("timeout");
  }

  @Test
  void shouldJudgeLoopbackOnlyIfAsked() throws Exception {
    host.startPeer(TestHost.HOST);
    host.enforce("1 ENFORCE closed");
    assertThat(host.tcp("127.0.0.1", BackendProgram.DENIED).hear()).isEqualTo("connected");
    host.enforce("2 ENFORCE closed loopback");
    for (String address : List.of("127.0.0.1", "::1")) {
      assertThat(host.triesTcp(address, BackendProgram.DENIED)).isEqualTo("timeout");
      assertThat(host.tcp(address, BackendProgram.REJECTED).hear()).isEqualTo("Connection refused");
      assertThat(host.udp(address, BackendProgram.ALLOWED).sends("x")).isEqualTo("ok");
      Conversation stream = host.tcp(address, BackendProgram.ALLOWED);
      assertThat(stream.hear()).isEqualTo("connected");
      assertThat(stream.sends("both ways")).isEqualTo("ok");
    }
  }

  /** The route is chosen, and the loopback interface with it, before the destination changes. */
  @Test
  void shouldJudgeWhatARewrittenDestinationLeadsOutOfLoopback() throws Exception {
    host.enforce("1 ENFORCE closed");
    host.inHost("sysctl", "-qw", "net.ipv4.conf.all.route_localnet=1");
    for (String rule :
        List.of(
            "OUTPUT -p udp -d 127.0.0.9 -j DNAT --to-destination 10.99.0.2",
            "POSTROUTING -s 127.0.0.0/8 -d 10.99.0.2 -j SNAT --to-source 10.99.0.1")) {
      host.inHost(("iptables -t nat -A " + rule).split(" "));
    }
    assertThat(host.udp("127.0.0.9", BackendProgram.ALLOWED).sends("a")).isEqualTo("ok");
    assertThat(host.udp("127.0.0.9", BackendProgram.DENIED).tries("b")).isEqualTo("timeout");
    assertThat(host.peer().heard()).containsExactly("udp 7001 a");
  }
}
