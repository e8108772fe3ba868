// SPDX-License-Identifier: Apache-2.0
package org.sallyport.engine.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.sallyport.api.decision.Evaluation;
import org.sallyport.api.decision.PolicySnapshot;
import org.sallyport.api.decision.StoredRule;
import org.sallyport.api.decision.Verdict;
import org.sallyport.api.match.Matcher;
import org.sallyport.api.match.MatcherFactory;
import org.sallyport.api.match.PluginStatus;
import org.sallyport.api.match.ReadSet;
import org.sallyport.api.match.Truth;
import org.sallyport.api.match.Volatility;
import org.sallyport.api.packet.FlowView;
import org.sallyport.api.rule.Criterion;
import org.sallyport.api.rule.Operator;
import org.sallyport.api.subject.SubjectView;
import org.sallyport.engine.internal.plugin.Limits;
import org.sallyport.engine.internal.plugin.Plugins;

/** An engine with a plugin that behaves as a test wants. */
abstract class PluginWorld {

  static final Limits LIMITS =
      new Limits(
          Duration.ofMillis(50),
          3,
          10,
          5,
          Duration.ofSeconds(5),
          Duration.ofMillis(200),
          Duration.ofSeconds(60),
          Duration.ofMillis(300));
  static final Subjects.Case CURL =
      new Subjects.Case(
          Subjects.tcp("10.0.0.2", 443), Subjects.program(Subjects.host("/usr/bin/curl")));

  final AtomicLong aheadNs = new AtomicLong();
  final Plugins plugins = new Plugins(LIMITS, () -> System.nanoTime() + aheadNs.get());
  final AtomicInteger told = new AtomicInteger();
  final Engine engine =
      new Engine(Policies.FakeNames::new, Clock.fixed(Policies.NOW, ZoneOffset.UTC), plugins);
  Matcher behaviour = (flow, subject) -> Truth.MATCH;

  final CountDownLatch letGo = new CountDownLatch(1);

  static void awaitQuietly(CountDownLatch latch) {
    try {
      assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  final class Geo implements MatcherFactory {
    final AtomicInteger calls = new AtomicInteger();
    volatile ReadSet reads = ReadSet.of(Volatility.STATIC);

    @Override
    public Set<String> attributes() {
      return Set.of("geo.country");
    }

    @Override
    public Optional<Criterion> asData(Criterion criterion) {
      return criterion.values().contains("DATA")
          ? Optional.of(
              new Criterion(
                  "remote.net", Operator.EQUALS, List.of("10.0.0.0/24"), criterion.negated()))
          : Optional.empty();
    }

    @Override
    public Matcher compile(Criterion criterion) {
      if (criterion.values().contains("HANG")) {
        awaitQuietly(letGo);
      }
      if (criterion.values().contains("XX")) {
        throw new IllegalArgumentException("no such country");
      }
      return new Matcher() {
        @Override
        public Truth test(FlowView flow, SubjectView subject) {
          calls.incrementAndGet();
          return behaviour.test(flow, subject);
        }

        @Override
        public ReadSet reads() {
          return reads;
        }
      };
    }
  }

  Geo arrive() {
    Geo geo = new Geo();
    engine.add(geo, Policies.PLUGIN);
    return geo;
  }

  PolicySnapshot snapshot(String... rules) {
    return Policies.snapshot(engine, Policies.source(Policies.rules(rules), true, Verdict.ALLOW));
  }

  PluginStatus status() {
    return engine.plugins().get(0);
  }

  static Optional<String> decidedBy(Evaluation evaluation) {
    return evaluation.decision().ruleId();
  }

  PolicySnapshot inForce(String... rules) {
    List<StoredRule> stored =
        Policies.rules(rules).stream()
            .map(
                rule ->
                    new StoredRule(
                        rule.store(),
                        rule.storeRank(),
                        rule.definition(),
                        rule.counter(),
                        rule.process(),
                        true))
            .toList();
    return Policies.snapshot(engine, Policies.source(stored, true, Verdict.ALLOW));
  }
}
