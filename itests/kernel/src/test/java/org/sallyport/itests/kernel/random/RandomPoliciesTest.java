// SPDX-License-Identifier: Apache-2.0
package org.sallyport.itests.kernel.random;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.sallyport.itests.kernel.kit.Family;

class RandomPoliciesTest {

  private static final LabWorld WORLD =
      new LabWorld(
          List.of(new LabWorld.Owner(0, 0), new LabWorld.Owner(1201, 1301)),
          List.of(),
          Map.of(
              Family.V4, List.of("10.77.0.2", "10.77.0.3", "10.77.0.9"),
              Family.V6, List.of("fd77::2", "fd77::3", "fd77::9")),
          List.of(20_001, 20_002, 20_007),
          "wire");

  @Test
  void shouldGiveTheSameForTheSameSeed() {
    RandomPolicies one = new RandomPolicies(7, WORLD);
    RandomPolicies other = new RandomPolicies(7, WORLD);
    RandomFlows flows = new RandomFlows(7, WORLD);
    RandomFlows again = new RandomFlows(7, WORLD);

    Set<String> texts = new HashSet<>();
    for (int i = 0; i < 100; i++) {
      PolicySketch policy = one.next();
      assertThat(other.next()).isEqualTo(policy);
      assertThat(policy.rules()).hasSizeBetween(1, 12);
      texts.add(policy.yaml());
      assertThat(flows.next()).isEqualTo(again.next());
    }
    assertThat(texts).hasSize(100);
  }

  @Test
  void shouldSpeakOfProgramsOnlyWhereTheLabHasSome() {
    LabWorld programs =
        new LabWorld(WORLD.owners(), List.of("/a"), WORLD.remotes(), WORLD.ports(), WORLD.iface());

    assertThat(rules(new RandomPolicies(1, WORLD))).noneMatch(RuleSketch::needsQueue);
    assertThat(rules(new RandomPolicies(1, programs))).anyMatch(RuleSketch::needsQueue);
    assertThat(new RandomFlows(1, programs).next().program()).contains("/a");
  }

  private static List<RuleSketch> rules(RandomPolicies policies) {
    return Stream.generate(policies::next)
        .limit(100)
        .flatMap(policy -> policy.rules().stream())
        .toList();
  }

  @Test
  void shouldShrinkToThePartsThatMatter() {
    RuleSketch guilty =
        new RuleSketch(
            "zz",
            "deny",
            10,
            List.of(
                new CriterionSketch("iface", List.of("wire"), true),
                new CriterionSketch("remote.port", List.of("1", "2", "3"), false)));
    RandomPolicies policies = new RandomPolicies(3, WORLD);
    for (int i = 0; i < 50; i++) {
      PolicySketch big = policies.next();
      PolicySketch broken =
          new PolicySketch(
              big.defaultOut(), Stream.concat(big.rules().stream(), Stream.of(guilty)).toList());

      PolicySketch smallest =
          new Shrinker(10_000)
              .smallest(
                  broken,
                  one ->
                      one.rules().stream()
                          .anyMatch(
                              rule ->
                                  rule.id().equals("zz")
                                      && rule.text().matches(".*remote.port=(.,)*2.*")));

      assertThat(smallest.yaml())
          .isEqualTo(
              "defaults:\n  out: "
                  + big.defaultOut()
                  + "\nrules:\n  - id: zz\n    rule: \"deny out remote.port=2\"\n");
    }
  }

  @Test
  void shouldTryNoMoreThanItMay() {
    AtomicInteger trials = new AtomicInteger();
    PolicySketch policy = new RandomPolicies(4, WORLD).next();

    PolicySketch smallest =
        new Shrinker(3)
            .smallest(
                policy,
                one -> {
                  trials.incrementAndGet();
                  return false;
                });

    assertThat(smallest).isEqualTo(policy);
    assertThat(trials).hasValueLessThanOrEqualTo(3);
  }

  @Test
  void shouldOpenOnlyWhatTheLabCanOpen() {
    RandomFlows flows = new RandomFlows(5, WORLD);
    List<TrialFlow> tried = IntStream.range(0, 500).mapToObj(i -> flows.next()).toList();

    assertThat(tried)
        .allSatisfy(
            flow -> {
              boolean ping = flow.kind() == TrialFlow.Kind.PING;
              assertThat(flow.port() == 0).isEqualTo(ping);
              assertThat(!ping || flow.owner().user() == 0).isTrue();
              assertThat(WORLD.remotes().get(flow.family())).contains(flow.remote());
            });
    assertThat(tried).extracting(TrialFlow::protocol).contains("tcp", "udp", "icmp", "icmpv6");
  }

  @Test
  void shouldSayAFlowAsExplainReadsIt() {
    LabWorld.Owner owner = new LabWorld.Owner(1201, 1301);
    TrialFlow tcp =
        new TrialFlow(owner, Optional.of("/a"), TrialFlow.Kind.TCP, Family.V6, "fd77::3", 20_001);
    TrialFlow ping =
        new TrialFlow(owner, Optional.empty(), TrialFlow.Kind.PING, Family.V4, "10.77.0.3", 0);

    assertThat(String.join(" ", tcp.explainWords("wire")))
        .isEqualTo(
            "out tcp [fd77::3]:20001 iface=wire local.ip=fd77::1 user=1201 group=1301"
                + " process.exe=/a");
    assertThat(String.join(" ", ping.explainWords("wire")))
        .isEqualTo(
            "out icmp 10.77.0.3 iface=wire local.ip=10.77.0.1 user=1201 group=1301"
                + " icmp.type=echo-request");
  }
}
