// SPDX-License-Identifier: Apache-2.0
package org.sallyport.itests.fuzz.kit;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.sallyport.api.decision.PolicySource;
import org.sallyport.api.decision.RuleCounter;
import org.sallyport.api.decision.StoredRule;
import org.sallyport.api.decision.Verdict;
import org.sallyport.api.packet.Direction;
import org.sallyport.api.rule.Origin;
import org.sallyport.api.rule.RuleDefinition;
import org.sallyport.engine.internal.Engine;
import org.sallyport.engine.internal.attribute.NameResolver;

/** An engine whose host knows one user and one group, on a day that does not pass. */
public final class TestEngine {

  private static final Instant NOW = Instant.parse("2026-06-01T12:00:00Z");

  private TestEngine() {}

  public static Engine make() {
    return new Engine(Names::new, Clock.fixed(NOW, ZoneOffset.UTC));
  }

  private static final class Names implements NameResolver {
    @Override
    public long userId(String name) {
      return only("root", name);
    }

    @Override
    public long groupId(String name) {
      return only("staff", name);
    }

    private static long only(String known, String name) {
      if (name.equals(known)) {
        return 50;
      }
      throw new IllegalArgumentException("nobody is called so");
    }
  }

  /** A policy of one rule, which refuses everything else. */
  public static PolicySource policy(String rule) {
    RuleDefinition definition =
        new RuleDefinition("fuzz", rule, 1, true, "", new Origin("fuzz", 1));
    return new PolicySource(
        1,
        List.of(new StoredRule("fuzz", 1, definition, new RuleCounter())),
        Map.of(
            Direction.OUT, Verdict.DENY,
            Direction.IN, Verdict.DENY,
            Direction.FORWARD, Verdict.DENY),
        true);
  }
}
