// SPDX-License-Identifier: Apache-2.0
package org.sallyport.engine.internal.plan;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.sallyport.api.decision.Compilation;
import org.sallyport.api.decision.PolicySnapshot;
import org.sallyport.api.match.Matcher;
import org.sallyport.api.match.MatcherFactory;
import org.sallyport.api.match.Truth;
import org.sallyport.api.rule.Criterion;
import org.sallyport.api.rule.Operator;
import org.sallyport.engine.internal.Engine;
import org.sallyport.engine.internal.attribute.NameResolver;
import org.sallyport.engine.internal.plugin.PluginIdentity;
import org.sallyport.engine.internal.text.UnknownNameException;

/** An engine with a few accounts and a plugin. */
final class PlanEngine {

  private final Engine engine =
      new Engine(Accounts::new, Clock.fixed(Instant.parse("2026-06-01T12:00:00Z"), ZoneOffset.UTC));

  PlanEngine() {
    engine.add(new Geo(), new PluginIdentity("geo", "1.2.3", "[1.0.0,2.0.0)"));
  }

  Optional<PolicySnapshot> compile(PolicyShape shape) {
    return engine.compile(shape.source()) instanceof Compilation.Compiled compiled
        ? Optional.of(compiled.snapshot())
        : Optional.empty();
  }

  Compilation compilation(PolicyShape shape) {
    return engine.compile(shape.source());
  }

  private static final class Accounts implements NameResolver {
    @Override
    public long userId(String name) {
      return switch (name) {
        case "alice" -> 1000;
        case "toobig" -> 0xffff_ffffL; // what some name service may say
        default -> throw new UnknownNameException("there is no user '" + name + "'", "");
      };
    }

    @Override
    public long groupId(String name) {
      if (name.equals("staff")) {
        return 50;
      }
      throw new UnknownNameException("there is no group '" + name + "'", "");
    }
  }

  /** Knows the country of some addresses by asking, and of others by its data. */
  private static final class Geo implements MatcherFactory {
    @Override
    public Set<String> attributes() {
      return Set.of("geo.country");
    }

    @Override
    public Optional<Criterion> asData(Criterion criterion) {
      return criterion.values().contains("DATA")
          ? Optional.of(
              new Criterion(
                  "remote.net", Operator.EQUALS, List.of("10.0.0.0/8"), criterion.negated()))
          : Optional.empty();
    }

    @Override
    public Matcher compile(Criterion criterion) {
      Truth[] answers = {Truth.MATCH, Truth.NO_MATCH, Truth.UNKNOWN};
      return (flow, subject) -> answers[flow.remotePort() % answers.length];
    }
  }
}
