// SPDX-License-Identifier: Apache-2.0
package org.sallyport.engine.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sallyport.api.decision.Evaluation;
import org.sallyport.api.decision.Explanation;
import org.sallyport.api.decision.PolicySnapshot;
import org.sallyport.api.decision.Verdict;
import org.sallyport.api.match.ReadSet;
import org.sallyport.api.match.Truth;
import org.sallyport.api.packet.Direction;
import org.sallyport.api.packet.Endpoint;
import org.sallyport.api.packet.Flow;
import org.sallyport.api.packet.IpAddress;
import org.sallyport.api.packet.IpProtocol;

/** Flows whose destination was rewritten, so that nobody knows what was asked for. */
class RewrittenFlowTest extends PluginWorld {

  private static final Subjects.Case REWRITTEN =
      new Subjects.Case(
          Subjects.rewritten(Subjects.tcp("10.0.0.2", 443)),
          Subjects.program(Subjects.host("/usr/bin/curl")));

  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          remote.ip=10.0.0.2,     UNKNOWN
          !remote.ip=10.0.0.2,    UNKNOWN
          remote.net=10.0.0.0/8,  UNKNOWN
          !remote.net=::/0,       UNKNOWN
          remote.port=443,        UNKNOWN
          !remote.port=443,       UNKNOWN
          local.ip=10.0.0.1,      MATCH
          local.port=40000,       MATCH
          proto=tcp,              MATCH
          iface=eth0,             MATCH
          process.exe=/usr/bin/curl, MATCH
          """)
  void shouldKnowEverythingButThePeer(String criterion, Truth expected) {
    Explanation explanation =
        Policies.lenient("deny " + criterion).explain(REWRITTEN.flow(), REWRITTEN.subject());
    assertThat(explanation.steps().get(0).result()).isEqualTo(expected);
    assertThat(explanation.decision().verdict())
        .isEqualTo(expected == Truth.NO_MATCH ? Verdict.ALLOW : Verdict.DENY);
  }

  @Test
  void shouldNeverGrantByWhereItGoes() {
    PolicySnapshot snapshot =
        Policies.closed(
            "allow remote.ip=10.0.0.2", "allow !remote.port=1", "allow remote.net=0.0.0.0/0");
    assertThat(Policies.judge(snapshot, REWRITTEN).decision().verdict()).isEqualTo(Verdict.DENY);
    assertThat(Policies.verdict(snapshot, "out tcp 10.0.0.2:443")).isEqualTo(Verdict.ALLOW);
  }

  @Test
  void shouldSayWhyItIsUnknownAndWhereItGoes() {
    Explanation explanation =
        Policies.lenient("deny remote.ip=10.0.0.9 remote.port=1")
            .explain(REWRITTEN.flow(), REWRITTEN.subject());
    assertThat(explanation.steps().toString())
        .contains("unknown: rewritten on its way, to 10.0.0.2", "rewritten on its way, to 443");
    assertThat(explanation.flow()).hasToString("out tcp 10.0.0.1:40000 > 10.0.0.2:443 (rewritten)");
  }

  @Test
  void shouldKnowThatAProtocolHasNoPortsAllTheSame() {
    Endpoint end = new Endpoint(IpAddress.parse("10.0.0.2"), OptionalInt.empty());
    Flow ping =
        new Flow(Direction.OUT, IpProtocol.ICMP, end, end, OptionalInt.of(8), "eth0", false);
    Explanation explanation =
        Policies.lenient("deny remote.port=1").explain(ping, REWRITTEN.subject());
    assertThat(explanation.steps().get(0).result()).isEqualTo(Truth.NO_MATCH);
  }

  /** It would answer for where the flow goes; what it does not say it looks at it may look at. */
  @Test
  void shouldNotAskAPluginThatLooksAtThePeer() {
    Geo geo = arrive();
    PolicySnapshot data = snapshot("deny geo.country=DATA");
    assertThat(decidedBy(Policies.judge(data, REWRITTEN))).as("unknown").contains("r0000");
    assertThat(Policies.judge(data, REWRITTEN).restsOnUnknown()).isTrue();
    PolicySnapshot processes = snapshot("deny geo.country=DE");
    assertThat(Policies.judgeWaiting(processes, REWRITTEN).restsOnUnknown())
        .as("it says that it looks at nothing")
        .isFalse();
    assertThat(geo.calls).hasValue(1);

    geo.reads = ReadSet.ANYTHING;
    PolicySnapshot silent = snapshot("deny geo.country=FR");
    Evaluation onPacketThread = Policies.judge(silent, REWRITTEN);
    assertThat(onPacketThread.pending()).as("nothing to wait for").isFalse();
    assertThat(decidedBy(onPacketThread)).contains("r0000");
    assertThat(Policies.judgeWaiting(silent, REWRITTEN).restsOnUnknown()).isTrue();
    assertThat(silent.explain(REWRITTEN.flow(), REWRITTEN.subject()).steps().toString())
        .contains("the peer was rewritten on its way");
    assertThat(geo.calls).hasValue(1);
    assertThat(status().faults()).isZero();
  }
}
