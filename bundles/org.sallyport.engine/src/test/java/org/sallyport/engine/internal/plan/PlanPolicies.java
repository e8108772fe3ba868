// SPDX-License-Identifier: Apache-2.0
package org.sallyport.engine.internal.plan;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.sallyport.api.decision.Verdict;
import org.sallyport.api.packet.Direction;
import org.sallyport.api.packet.IpAddress;
import org.sallyport.api.rule.Origin;
import org.sallyport.api.rule.RuleDefinition;
import org.sallyport.engine.internal.plan.PolicyShape.Clause;
import org.sallyport.engine.internal.plan.PolicyShape.Reach;
import org.sallyport.engine.internal.plan.PolicyShape.Rule;

/** Policies of the small world of {@link PlanFlows}, so that rules match now and then. */
final class PlanPolicies {

  private static final List<String> ENGINE_ONLY =
      List.of(
          "process.exe=/a,/b",
          "process.exe~/**",
          "process.user=alice",
          "process.group=staff",
          "process.cgroup=/user.slice",
          "process.unit=web.service",
          "process.parent.exe=/a",
          "process.ancestor.exe=/b",
          "process.cap=cap_net_raw",
          "subject=process",
          "subject=kernel,none,forward",
          "iface~eth*",
          "iface=~wg[0-9]",
          "geo.country=FR",
          "geo.country=DATA",
          "user=toobig");
  private static final List<String> SELF_WRITTEN =
      List.of(
          "process.name=curl",
          "process.cmdline~curl*",
          "process.script=none",
          "process.app=snap:lxd",
          "process.container=none");
  private static final List<String> NOBODY =
      List.of("remote.host=example.org", "gone.attr=1", "user=ghost");
  private static final List<String> LIFETIMES =
      List.of(" until-restart", " once", " until 2999-01-01", " until 2020-01-01", " until-exit");

  private final Random random;

  PlanPolicies(Random random) {
    this.random = random;
  }

  private <T> T one(List<T> values) {
    return values.get(random.nextInt(values.size()));
  }

  private boolean chance(int in) {
    return random.nextInt(in) == 0;
  }

  /** A policy of anything. */
  PolicyShape any() {
    return policy(false);
  }

  /** A policy of what every kernel can ask, for good. */
  PolicyShape expressible() {
    return policy(true);
  }

  private PolicyShape policy(boolean expressible) {
    List<Rule> rules = new ArrayList<>();
    for (int i = random.nextInt(13); i > 0; i--) {
      rules.add(rule("r" + i, expressible));
    }
    Map<Direction, Verdict> defaults = new EnumMap<>(Direction.class);
    for (Direction direction : Direction.values()) {
      defaults.put(direction, one(List.of(Verdict.values())));
    }
    return new PolicyShape(rules, defaults, random.nextBoolean());
  }

  private Rule rule(String id, boolean expressible) {
    String action = one(List.of("allow", "deny", "reject", "log"));
    Direction direction = chance(2) ? Direction.OUT : one(List.of(Direction.values()));
    List<Clause> clauses = new ArrayList<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      clauses.add(expressible || chance(2) ? inKernelTerms() : beyond(action));
    }
    boolean refuses = action.equals("deny") || action.equals("reject");
    String tail = refuses ? one(List.of("", "", " unknown=apply", " unknown=skip")) : "";
    if (!expressible && chance(6)) {
      String lifetime = one(LIFETIMES);
      tail += lifetime;
      if (lifetime.equals(" until-exit")) {
        clauses.add(new Clause("process.pid=42", Reach.ENGINE));
      }
    }
    RuleDefinition definition =
        new RuleDefinition(
            id, "allow", one(List.of(10, 1000, 1000, 1000)), !chance(20), "", new Origin("t", 1));
    String head = action + " " + direction.name().toLowerCase(Locale.ROOT);
    return new Rule(id, head, clauses, tail, definition);
  }

  private Clause beyond(String action) {
    if (chance(5)) {
      return new Clause(negation() + one(NOBODY), Reach.NOBODY);
    }
    // What programs say about themselves does not allow anything.
    List<String> from = !action.equals("allow") && chance(5) ? SELF_WRITTEN : ENGINE_ONLY;
    return new Clause(negation() + one(from), Reach.ENGINE);
  }

  private String negation() {
    return chance(4) ? "!" : "";
  }

  private Clause inKernelTerms() {
    String text =
        switch (random.nextInt(10)) {
          case 0 -> "user=" + some(List.of("0", "alice", "1001", "1002", "4294967294"));
          case 1 -> "group=" + some(List.of("0", "staff", "51", "1000"));
          case 2 -> "proto=" + some(List.of("tcp", "udp", "icmp", "58", "udplite", "sctp", "gre"));
          case 3 -> "remote.ip=" + some(PlanFlows.ADDRESSES);
          case 4 -> "remote.net=" + networks();
          case 5 -> "local.ip=" + some(PlanFlows.ADDRESSES);
          case 6 -> "remote.port=" + ports();
          case 7 -> "local.port=" + ports();
          case 8 -> "iface=" + some(PlanFlows.INTERFACES);
          default ->
              "icmp.type="
                  + some(List.of("echo-request", "8", "255", "packet-too-big", "redirect", "1"));
        };
    return new Clause(negation() + text, Reach.KERNEL);
  }

  private String some(List<String> values) {
    return Stream.generate(() -> one(values))
        .limit(1 + random.nextInt(3))
        .collect(Collectors.joining(","));
  }

  private String networks() {
    return some(Stream.generate(this::network).limit(3).toList());
  }

  /** A network of any length around an address that flows have. */
  private String network() {
    byte[] bytes = IpAddress.parse(one(PlanFlows.ADDRESSES)).toBytes();
    int length = chance(5) ? 0 : random.nextInt(bytes.length * 8 + 1);
    for (int bit = length; bit < bytes.length * 8; bit++) {
      bytes[bit / 8] &= (byte) ~(0x80 >> bit % 8);
    }
    return IpAddress.ofBytes(bytes) + "/" + length;
  }

  private String ports() {
    return some(Stream.generate(this::portOrRange).limit(3).toList());
  }

  private String portOrRange() {
    int a = one(PlanFlows.PORTS);
    int b = one(PlanFlows.PORTS);
    return chance(2) ? Integer.toString(a) : Math.min(a, b) + "-" + Math.max(a, b);
  }
}
