// SPDX-License-Identifier: Apache-2.0
package org.sallyport.engine.internal.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.sallyport.api.decision.Compilation;
import org.sallyport.api.decision.Evaluation;
import org.sallyport.api.decision.PolicySource;
import org.sallyport.api.decision.RuleCounter;
import org.sallyport.api.decision.StoredRule;
import org.sallyport.api.decision.Verdict;
import org.sallyport.api.match.Input;
import org.sallyport.api.match.Truth;
import org.sallyport.api.match.Volatility;
import org.sallyport.api.packet.Direction;
import org.sallyport.api.rule.Origin;
import org.sallyport.api.rule.RuleDefinition;
import org.sallyport.engine.internal.Engine;
import org.sallyport.engine.internal.attribute.Lookups;
import org.sallyport.engine.internal.attribute.Question;

class ReadSetPropertyTest {

  private static final List<String> CRITERIA =
      List.of(
          "process.exe=/a,/b",
          "process.exe~/**",
          "process.pid=42",
          "process.name=curl",
          "process.cmdline~wget*",
          "process.user=1000",
          "process.cgroup=/user.slice",
          "process.unit=web.service",
          "process.group=50",
          "process.script=/opt/tool",
          "process.app=snap:lxd",
          "process.container=none",
          "process.parent.exe=/a",
          "process.ancestor.exe=/b",
          "subject=process",
          "subject=kernel,unknown",
          "user=1000",
          "group=50",
          "proto=tcp",
          "remote.ip=10.0.0.2",
          "remote.net=192.0.2.0/24",
          "remote.port=443",
          "local.ip=10.0.0.2",
          "local.port=80",
          "iface=eth0",
          "icmp.type=8");

  @Property(tries = 3000)
  void shouldGiveTheSameVerdictWhereTheInputsOfWhatWasAskedAgree(@ForAll long seed) {
    Random random = new Random(seed);
    Snapshot snapshot = snapshot(random);
    RandomFlows flows = new RandomFlows(random);
    RandomFlows.Case one = flows.next();
    RandomFlows.Case other = flows.next();

    Trail trail = trail(snapshot, one);
    Evaluation evaluation = judge(snapshot, one);
    Evaluation mixed = judge(snapshot, RandomFlows.mix(one, other, trail.inputs()));

    assertThat(mixed.decision()).isSameAs(evaluation.decision());
    assertThat(mixed.pending()).isEqualTo(evaluation.pending());
    assertThat(evaluation.volatility()).isGreaterThanOrEqualTo(trail.volatility());
    if (evaluation.isForWholeSocket()) {
      assertThat(trail.inputs()).doesNotContainAnyElementsOf(OF_ONE_FLOW);
    }
  }

  private static Evaluation judge(Snapshot snapshot, RandomFlows.Case one) {
    Evaluation evaluation = new Evaluation();
    snapshot.decide(one.flow(), one.subject(), evaluation);
    return evaluation;
  }

  private static final Set<Input> OF_ONE_FLOW =
      EnumSet.of(
          Input.LOCAL_ADDRESS,
          Input.LOCAL_PORT,
          Input.REMOTE_ADDRESS,
          Input.REMOTE_PORT,
          Input.ICMP_TYPE,
          Input.INTERFACE);

  private record Trail(Set<Input> inputs, Volatility volatility) {}

  /** What the criteria say they look at that are asked up to the deciding rule. */
  private static Trail trail(Snapshot snapshot, RandomFlows.Case one) {
    Set<Input> inputs = EnumSet.of(Input.DIRECTION);
    Volatility volatility = Volatility.STATIC;
    Evaluation scratch = new Evaluation();
    for (Entry entry : snapshot.entries(Direction.OUT)) {
      for (Asked asked : entry.asked()) {
        Question.Own own = (Question.Own) asked.question();
        inputs.addAll(own.reads().inputs());
        if (own.reads().volatility().compareTo(volatility) > 0) {
          volatility = own.reads().volatility();
        }
        if (own.ask(one.flow(), one.subject(), scratch) == Truth.NO_MATCH) {
          break;
        }
      }
      if (entry.judge(one.flow(), one.subject(), scratch)) {
        return new Trail(inputs, volatility);
      }
    }
    inputs.add(Input.SUBJECT_KIND); // the default of the kernel's own packets is another one
    return new Trail(inputs, volatility);
  }

  private static Snapshot snapshot(Random random) {
    List<StoredRule> rules = new ArrayList<>();
    int count = random.nextInt(8); // fewer than what is worth an index
    for (int i = 0; i < count; i++) {
      String action =
          List.of("allow process.exe~/**", "deny", "reject", "log").get(random.nextInt(4));
      StringBuilder text = new StringBuilder(action);
      for (int j = random.nextInt(4); j > 0; j--) {
        text.append(random.nextInt(4) == 0 ? " !" : " ");
        text.append(CRITERIA.get(random.nextInt(CRITERIA.size())));
      }
      RuleDefinition rule =
          new RuleDefinition("r" + i, text.toString(), 1000, true, "", new Origin("test", i));
      rules.add(new StoredRule("test", 100, rule, new RuleCounter()));
    }
    Map<Direction, Verdict> defaults = new EnumMap<>(Direction.class);
    for (Direction direction : Direction.values()) {
      defaults.put(direction, random.nextBoolean() ? Verdict.DENY : Verdict.ALLOW);
    }
    PolicySource source = new PolicySource(1, rules, defaults, random.nextBoolean());
    Engine engine = new Engine(Lookups.NONE::names, Clock.systemUTC());
    return (Snapshot) ((Compilation.Compiled) engine.compile(source)).snapshot();
  }
}
