// SPDX-License-Identifier: Apache-2.0
package org.sallyport.engine.internal.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sallyport.api.decision.FlowTest;
import org.sallyport.api.decision.FlowTest.End;
import org.sallyport.api.decision.FlowTest.IdKind;
import org.sallyport.api.decision.IdRange;
import org.sallyport.api.decision.KernelProgram;
import org.sallyport.api.decision.KernelStep;
import org.sallyport.api.decision.PortRange;
import org.sallyport.api.decision.Verdict;
import org.sallyport.api.packet.Direction;
import org.sallyport.api.packet.IpNetwork;
import org.sallyport.api.rule.Action;
import org.sallyport.api.rule.Origin;
import org.sallyport.api.rule.RuleDefinition;
import org.sallyport.engine.internal.plan.PolicyShape.Rule;

class PlannerTest {

  private static final SomeBackend ALL = SomeBackend.OF_ALL;
  private static final SomeBackend NOTHING = new SomeBackend(0, 100);

  private static KernelProgram program(SomeBackend backend, String... texts) {
    List<Rule> rules = new ArrayList<>();
    for (String text : texts) {
      RuleDefinition written =
          new RuleDefinition("r" + rules.size(), text, 1000, true, "", new Origin("t", 1));
      rules.add(new Rule(written.id(), text, List.of(), "", written));
    }
    Map<Direction, Verdict> defaults = new EnumMap<>(Direction.class);
    Arrays.stream(Direction.values()).forEach(one -> defaults.put(one, Verdict.ALLOW));
    defaults.put(Direction.IN, Verdict.REJECT);
    return new PlanEngine()
        .compile(new PolicyShape(rules, defaults, true))
        .flatMap(snapshot -> snapshot.program(backend))
        .orElseThrow();
  }

  private static List<KernelStep> out(String... texts) {
    return program(ALL, texts).steps().get(Direction.OUT);
  }

  private static FlowTest lowered(String criterion) {
    KernelStep.Decide step = (KernelStep.Decide) out("deny " + criterion).get(0);
    assertThat(step.action()).isEqualTo(Action.DENY);
    return step.tests().get(0);
  }

  private static String why(String text) {
    return ((KernelStep.PassOn) out(text).get(0)).why();
  }

  @Test
  void shouldSayOwnersAsRangesOfResolvedIds() {
    assertThat(lowered("user=1001,alice,0,1002,1000"))
        .isEqualTo(
            new FlowTest.Owner(
                IdKind.USER, List.of(new IdRange(0, 0), new IdRange(1000, 1002)), false));
    assertThat(lowered("!group=staff,4294967294"))
        .isEqualTo(
            new FlowTest.Owner(
                IdKind.GROUP,
                List.of(new IdRange(50, 50), new IdRange(IdRange.MAX, IdRange.MAX)),
                true));
  }

  @Test
  void shouldSayAddressesAsTheNetworksThatWereWritten() {
    assertThat(lowered("remote.net=10.1.0.0/16,::/0,10.0.0.0/8,0.0.0.0/0"))
        .isEqualTo(networks(End.REMOTE, false, "0.0.0.0/0", "::/0"));
    assertThat(lowered("remote.net=10.128.0.0/9,10.0.0.0/9,2001:db8::/65"))
        .isEqualTo(networks(End.REMOTE, false, "10.0.0.0/9", "10.128.0.0/9", "2001:db8::/65"));
    assertThat(lowered("!remote.ip=::ffff:10.0.0.2,fd77::2"))
        .isEqualTo(networks(End.REMOTE, true, "10.0.0.2", "fd77::2"));
    assertThat(lowered("local.ip=0.0.0.0,255.255.255.255,::"))
        .isEqualTo(networks(End.LOCAL, false, "0.0.0.0", "255.255.255.255", "::"));
  }

  private static FlowTest networks(End end, boolean negated, String... texts) {
    return new FlowTest.Networks(end, Arrays.stream(texts).map(IpNetwork::parse).toList(), negated);
  }

  @Test
  void shouldSayPortsProtocolsInterfacesAndTypes() {
    assertThat(lowered("remote.port=65535,0,80-90,91,85-95"))
        .isEqualTo(
            new FlowTest.Ports(
                End.REMOTE,
                List.of(new PortRange(0, 0), new PortRange(80, 95), new PortRange(65_535, 65_535)),
                false));
    assertThat(lowered("!local.port=0-65535"))
        .isEqualTo(new FlowTest.Ports(End.LOCAL, List.of(new PortRange(0, 65_535)), true));
    assertThat(lowered("proto=udp,6,255"))
        .isEqualTo(new FlowTest.Protocols(Set.of(6, 17, 255), false));
    assertThat(lowered("!iface=wg0,eth0,wg0"))
        .isEqualTo(new FlowTest.Interfaces(List.of("eth0", "wg0"), true));
    assertThat(lowered("icmp.type=echo-request,255,packet-too-big"))
        .isEqualTo(new FlowTest.IcmpTypes(Set.of(8, 255), Set.of(128, 255, 2), false));
    assertThat(lowered("!icmp.type=timestamp-reply"))
        .isEqualTo(new FlowTest.IcmpTypes(Set.of(14), Set.of(), true));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "deny process.exe=/a | only the packet core knows process.exe",
        "deny subject=process | only the packet core knows subject",
        "deny iface~eth* | only the packet core holds iface against a pattern",
        "deny geo.country=FR | only the packet core asks plugins, and geo.country is a plugin's",
        "deny geo.country=DATA | only the packet core asks plugins, and geo.country is a plugin's",
        "deny user=toobig | only the packet core knows user",
        "log process.exe=/a proto=tcp | only the packet core knows process.exe",
        "deny proto=tcp process.exe=/a subject=process | only the packet core knows process.exe",
        "deny user=1 until-restart"
            + " | it ends by itself, and a rule in the kernel would outlive the daemon",
        "deny user=1 until 2999-01-01"
            + " | it ends by itself, and a rule in the kernel would outlive the daemon",
      })
  void shouldSayWhyARuleIsPassedOn(String text, String why) {
    assertThat(why(text)).isEqualTo(why);
  }

  @Test
  void shouldNameWhatTheBackendRefusesAndItsActionFirst() {
    assertThat(program(NOTHING, "deny user=1 process.exe=/a").passedOn())
        .containsExactly(new KernelStep.PassOn("r0", List.of(), "this backend is a poor one"));
  }

  @Test
  void shouldPassOnNoLessThanTheRuleClaims() {
    assertThat(out("deny remote.port=80 process.exe=/a !user=0"))
        .containsExactly(
            new KernelStep.PassOn(
                "r0",
                List.of(
                    new FlowTest.Ports(End.REMOTE, List.of(new PortRange(80, 80)), false),
                    new FlowTest.Owner(IdKind.USER, List.of(new IdRange(0, 0)), true)),
                "only the packet core knows process.exe"));
  }

  @Test
  void shouldLeaveOutOnlyWhatCanNeverApply() {
    List<KernelStep> steps =
        out(
            "allow gone.attr=1",
            "log gone.attr=1",
            "deny gone.attr=1 unknown=skip",
            "deny gone.attr=1 proto=tcp unknown=apply",
            "reject gone.attr=1 proto=tcp");

    assertThat(steps).extracting(KernelStep::ruleId).containsExactly("r3", "r4");
    assertThat(steps).allSatisfy(step -> assertThat(step).isInstanceOf(KernelStep.PassOn.class));
    assertThat(((KernelStep.PassOn) steps.get(0)).why()).startsWith("gone.attr is not known here");
    assertThat(steps.get(0).tests()).hasSize(1);
  }

  @Test
  void shouldKeepDirectionsAndDefaultsApart() {
    KernelProgram program = program(ALL, "deny in", "allow out user=1", "log forward");

    assertThat(program.steps().get(Direction.OUT))
        .extracting(KernelStep::ruleId)
        .containsOnly("r1");
    assertThat(program.steps().get(Direction.IN))
        .containsExactly(new KernelStep.Decide("r0", Action.DENY, List.of()));
    assertThat(program.steps().get(Direction.FORWARD))
        .containsExactly(new KernelStep.Decide("r2", Action.LOG, List.of()));
    assertThat(program.defaults())
        .containsEntry(Direction.IN, Verdict.REJECT)
        .containsEntry(Direction.OUT, Verdict.ALLOW);
  }

  @Test
  void shouldTakeWhatARuleSaysOfUnknownFactsForNoTest() {
    assertThat(out("deny user=1 unknown=skip", "deny user=1 unknown=apply"))
        .allSatisfy(step -> assertThat(step).isInstanceOf(KernelStep.Decide.class))
        .extracting(step -> step.tests().size())
        .containsOnly(1);
    assertThat(Optional.of(out("deny user=1 unknown=skip").get(0).tests()))
        .contains(out("deny user=1").get(0).tests());
  }
}
