// SPDX-License-Identifier: Apache-2.0
package org.sallyport.engine.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.sallyport.api.decision.Compilation;
import org.sallyport.api.decision.Evaluation;
import org.sallyport.api.decision.PolicySnapshot;
import org.sallyport.api.decision.PolicySource;
import org.sallyport.api.decision.RuleSyntaxException;
import org.sallyport.api.decision.Verdict;
import org.sallyport.api.match.PluginStatus;
import org.sallyport.api.match.Truth;
import org.sallyport.api.match.Volatility;
import org.sallyport.engine.internal.plugin.PluginIdentity;

class PluginSwapTest extends PluginWorld {

  @Test
  void shouldHoldFlowsWhilePluginIsSwappedAndGoOnBehindTheSameSnapshot() {
    Geo old = arrive();
    PolicySnapshot snapshot = snapshot("deny geo.country=DE");
    engine.onChange(told::incrementAndGet);
    long changes = engine.changes();

    engine.remove(old);
    Evaluation away = Policies.judgeWaiting(snapshot, CURL);
    assertThat(away.pending()).isTrue();
    assertThat(old.calls).hasValue(0);
    assertThat(status().state()).isEqualTo(PluginStatus.State.AWAY);
    assertThat(snapshot.explain(CURL.flow(), CURL.subject()).toString())
        .contains("plugin geo: pending");

    engine.expirePlugins();
    Geo fresh = arrive();
    assertThat(decidedBy(Policies.judgeWaiting(snapshot, CURL))).contains("r0000");
    assertThat(old.calls).hasValue(0);
    assertThat(fresh.calls).hasPositiveValue();
    assertThat(engine.changes()).isEqualTo(changes);
    assertThat(told).hasValue(0);
  }

  @Test
  void shouldCompileRulesDuringTheSwapToo() {
    Geo old = arrive();
    engine.remove(old);
    PolicySnapshot snapshot = snapshot("deny geo.country=DE");
    assertThat(Policies.judgeWaiting(snapshot, CURL).pending()).isTrue();

    behaviour = (flow, subject) -> Truth.NO_MATCH;
    arrive();
    assertThat(decidedBy(Policies.judgeWaiting(snapshot, CURL))).isEmpty();
  }

  @Test
  void shouldWaitForAPluginAsLongAsTheSettingSays() {
    Geo geo = arrive();
    engine.swapGrace(Duration.ofSeconds(9));
    PolicySnapshot snapshot = snapshot("deny geo.country=DE");
    engine.remove(geo);

    aheadNs.set(Duration.ofSeconds(8).toNanos());
    engine.expirePlugins();
    assertThat(Policies.judge(snapshot, CURL).pending()).isTrue();
    aheadNs.set(Duration.ofSeconds(9).toNanos());
    assertThat(Policies.judge(snapshot, CURL).pending()).isFalse();
  }

  @Test
  void shouldHaveThePolicyCompiledAnewWhenPluginStaysAway() {
    Geo geo = arrive();
    engine.onChange(told::incrementAndGet);
    long changes = engine.changes();
    PolicySnapshot before = inForce("allow geo.country=DE", "deny geo.country=DE");
    engine.remove(geo);

    aheadNs.set(LIMITS.swapGrace().toNanos());
    assertThat(Policies.judge(before, CURL).pending()).isFalse();
    assertThat(decidedBy(Policies.judge(before, CURL))).contains("r0001");
    engine.expirePlugins();
    engine.expirePlugins();
    assertThat(told).hasValue(1);
    assertThat(engine.changes()).isNotEqualTo(changes);

    PolicySnapshot after = inForce("allow geo.country=DE", "deny geo.country=DE");
    assertThat(after.rules())
        .allSatisfy(
            rule -> assertThat(rule.unresolved().orElse("")).contains("the plugin geo is away"));
    assertThat(decidedBy(Policies.judge(after, CURL))).contains("r0001");
    assertThatThrownBy(() -> engine.parse("deny geo.contry=DE"))
        .isInstanceOf(RuleSyntaxException.class)
        .satisfies(
            e -> assertThat(((RuleSyntaxException) e).hint()).contains("Did you mean geo.country"));

    arrive();
    assertThat(told).hasValue(2);
    assertThat(inForce("deny geo.country=DE").rules().get(0).unresolved()).isEmpty();
  }

  @Test
  void shouldKeepThePolicyWherePluginTurnsItsBackOnRuleInForce() {
    arrive();
    PolicySnapshot snapshot = inForce("allow geo.country=XX", "deny geo.country=XX remote.port=1");

    assertThat(snapshot.rules().get(0).unresolved().orElse("")).contains("no such country");
    assertThat(snapshot.rules()).hasSize(2);
    PolicySource fresh =
        Policies.source(Policies.rules("allow geo.country=XX"), true, Verdict.ALLOW);
    assertThat(engine.compile(fresh)).isInstanceOf(Compilation.Refused.class);
  }

  @Test
  void shouldKeepRulesInForceWhosePluginIsNotThereYetAfterRestart() {
    PolicySnapshot snapshot = inForce("deny geo.country=DE", "deny other=x remote.port=1");

    assertThat(snapshot.rules()).allSatisfy(rule -> assertThat(rule.unresolved()).isPresent());
    assertThat(decidedBy(Policies.judge(snapshot, CURL))).contains("r0000");
  }

  @Test
  void shouldWaitForCallsUnderWayWhenPluginLeavesButNotForever() throws Exception {
    Geo geo = arrive();
    CountDownLatch inside = new CountDownLatch(1);
    behaviour =
        (flow, subject) -> {
          inside.countDown();
          awaitQuietly(letGo);
          return Truth.MATCH;
        };
    PolicySnapshot snapshot = snapshot("deny geo.country=DE");
    Thread worker = new Thread(() -> Policies.judgeWaiting(snapshot, CURL));
    worker.start();
    assertThat(inside.await(10, TimeUnit.SECONDS)).isTrue();

    long startNs = System.nanoTime();
    engine.remove(geo);
    assertThat(System.nanoTime() - startNs)
        .isGreaterThanOrEqualTo(LIMITS.leavePatience().toNanos());
    assertThat(status().lastFault()).contains("did not come back");
    letGo.countDown();
    worker.join(10_000);

    Geo next = arrive();
    behaviour = (flow, subject) -> Truth.NO_MATCH;
    assertThat(decidedBy(Policies.judgeWaiting(snapshot, CURL))).isEmpty();
    startNs = System.nanoTime();
    engine.remove(next);
    assertThat(System.nanoTime() - startNs).isLessThan(LIMITS.leavePatience().toNanos());
  }

  @Test
  void shouldLetAnotherPluginTakeOverAnAttribute() {
    Geo first = arrive();
    Geo second = new Geo();
    engine.add(second, new PluginIdentity("geo2", "1", ""));
    engine.remove(first);
    aheadNs.set(LIMITS.swapGrace().toNanos());
    engine.expirePlugins();

    Policies.judgeWaiting(snapshot("deny geo.country=DE"), CURL);
    assertThat(second.calls).hasValue(1);
    assertThat(first.calls).hasValue(0);
  }

  @Test
  void shouldTakeAttributesFromPluginsAndKeepTheirRulesUntilTheyCome() {
    var source = Policies.source(Policies.rules("allow geo.country=DE"), true, Verdict.DENY);
    assertThat(Policies.snapshot(engine, source).rules().get(0).unresolved())
        .hasValueSatisfying(why -> assertThat(why).contains("no plugin that provides it"));
    assertThatThrownBy(() -> engine.parse("allow geo.country=DE"))
        .isInstanceOf(RuleSyntaxException.class)
        .hasMessageContaining("'geo.country' is no attribute");

    arrive();
    assertThat(engine.attributes()).contains("geo.country", "process.exe");
    assertThat(Policies.judgeWaiting(Policies.snapshot(engine, source), CURL).decision().verdict())
        .isEqualTo(Verdict.ALLOW);
  }

  @Test
  void shouldEvaluateDataItselfAlsoOnThePacketThreadAndWhilePluginIsSwapped() {
    Geo geo = arrive();
    PolicySnapshot snapshot = snapshot("allow !geo.country=DATA", "deny geo.country=DATA");
    Evaluation evaluation = Policies.judge(snapshot, CURL);

    assertThat(decidedBy(evaluation)).contains("r0001");
    assertThat(evaluation.pending()).isFalse();
    assertThat(evaluation.volatility()).isEqualTo(Volatility.STATIC);
    assertThat(snapshot.explain(CURL.flow(), CURL.subject()).toString())
        .contains("10.0.0.2, held against data of geo");

    engine.remove(geo);
    assertThat(decidedBy(Policies.judge(snapshot, CURL))).contains("r0001");
    assertThat(Policies.judge(snapshot, CURL).pending()).isFalse();
    arrive();
    assertThat(decidedBy(Policies.judge(snapshot, CURL))).contains("r0001");
  }

  @Test
  void shouldSayTheSameAsAnotherEngineAmongTheSamePlugins() {
    arrive();
    Engine successor = Policies.engine();
    assertThat(successor.changes()).isNotEqualTo(engine.changes());

    successor.add(new Geo(), Policies.PLUGIN);
    assertThat(successor.changes()).isEqualTo(engine.changes());
  }
}
