// SPDX-License-Identifier: Apache-2.0
package org.sallyport.engine.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.sallyport.api.decision.Evaluation;
import org.sallyport.api.decision.PolicySnapshot;
import org.sallyport.api.decision.PolicySource;
import org.sallyport.api.decision.StoredRule;
import org.sallyport.api.decision.Verdict;
import org.sallyport.api.match.Matcher;
import org.sallyport.api.match.PluginStatus;
import org.sallyport.api.match.Truth;
import org.sallyport.api.match.Volatility;

class PluginFaultsTest extends PluginWorld {

  @Test
  void shouldAskPluginOnlyWhereTheCallerMayWait() {
    Geo geo = arrive();
    PolicySnapshot snapshot = snapshot("deny geo.country=DE");

    Evaluation onPacketThread = Policies.judge(snapshot, CURL);
    assertThat(onPacketThread.pending()).isTrue();
    assertThat(geo.calls).hasValue(0);

    Evaluation onWorker = Policies.judgeWaiting(snapshot, CURL);
    assertThat(onWorker.pending()).isFalse();
    assertThat(onWorker.volatility()).isEqualTo(Volatility.STATIC);
    assertThat(decidedBy(onWorker)).contains("r0000");
    assertThat(status().calls()).isEqualTo(1);
    assertThat(status().version()).isEqualTo("1.2.3");
    assertThat(status().attributes()).containsExactly("geo.country");
  }

  @Test
  void shouldNotAskPluginWhereCheaperCriterionDecides() {
    Geo geo = arrive();
    Evaluation evaluation =
        Policies.judge(snapshot("deny geo.country=DE process.exe=/usr/bin/wget"), CURL);

    assertThat(evaluation.pending()).isFalse();
    assertThat(decidedBy(evaluation)).isEmpty();
    assertThat(geo.calls).hasValue(0);
  }

  private static <E extends Throwable> Truth sneak(Throwable e) throws E {
    @SuppressWarnings("unchecked") // what a compiler of another language does not check
    E unchecked = (E) e;
    throw unchecked;
  }

  private static Truth there(int depth) {
    return andBack(depth + 1).not();
  }

  private static Truth andBack(int depth) {
    return there(depth + 1).not();
  }

  @Test
  void shouldTakeEverythingPluginCanThrowForUnknown() {
    arrive();
    List<Matcher> wrongs =
        List.of(
            (flow, subject) -> {
              throw new IllegalStateException("broken");
            },
            (flow, subject) -> null,
            (flow, subject) -> there(0),
            (flow, subject) -> {
              throw new NoClassDefFoundError("gone");
            },
            (flow, subject) -> PluginFaultsTest.<RuntimeException>sneak(new Exception("sneaky")));
    PolicySnapshot snapshot = snapshot("allow geo.country=DE", "deny geo.country=DE");
    int faults = 0;
    for (Matcher wrong : wrongs) {
      behaviour = wrong;
      engine.resetPlugin("geo");
      Evaluation evaluation = Policies.judgeWaiting(snapshot, CURL);

      assertThat(decidedBy(evaluation)).contains("r0001");
      assertThat(evaluation.pluginErrors()).isEqualTo(2);
      assertThat(evaluation.volatility()).isEqualTo(Volatility.VOLATILE);
      faults += 2;
      assertThat(status().faults()).isEqualTo(faults);
    }
  }

  @Test
  void shouldSkipOrApplyByTheFailModeForPluginsWhereOnePluginFails() {
    arrive();
    behaviour =
        (flow, subject) -> {
          throw new IllegalStateException("broken");
        };
    List<StoredRule> rules = Policies.rules("deny geo.country=DE");
    PolicySource source = Policies.source(rules, true, Verdict.ALLOW);
    PolicySource skipping =
        new PolicySource(source.revision(), rules, source.defaults(), true, false);
    Evaluation skipped = Policies.judgeWaiting(Policies.snapshot(engine, skipping), CURL);

    assertThat(decidedBy(skipped)).isEmpty();
    assertThat(skipped.skippedUnknown()).isEqualTo(1);
    behaviour = (flow, subject) -> Truth.UNKNOWN; // an honest answer is no failure
    Evaluation honest = Policies.judgeWaiting(Policies.snapshot(engine, skipping), CURL);
    assertThat(decidedBy(honest)).contains("r0000");
    assertThat(honest.pluginErrors()).isZero();
  }

  @Test
  void shouldNotBelieveAnswerThatComesLate() {
    arrive();
    behaviour =
        (flow, subject) -> {
          long startNs = System.nanoTime();
          while (System.nanoTime() - startNs < LIMITS.late().toNanos()) {
            Thread.onSpinWait();
          }
          return Truth.NO_MATCH;
        };
    PolicySnapshot snapshot = snapshot("deny geo.country=DE");

    assertThat(decidedBy(Policies.judgeWaiting(snapshot, CURL))).contains("r0000");
    assertThat(status().lastFault()).startsWith("answered after");
    assertThat(status().worstMicros()).isGreaterThanOrEqualTo(50_000);
    assertThat(snapshot.explain(CURL.flow(), CURL.subject()).toString()).contains("plugin geo:");
  }

  @Test
  void shouldQuarantineAfterFaultsInRowUntilReset() {
    Geo geo = arrive();
    behaviour = (flow, subject) -> null;
    PolicySnapshot snapshot = snapshot("deny geo.country=DE");
    for (int i = 0; i < LIMITS.faultsInRow(); i++) {
      assertThat(status().state()).isEqualTo(PluginStatus.State.ACTIVE);
      Policies.judgeWaiting(snapshot, CURL);
    }

    assertThat(status().state()).isEqualTo(PluginStatus.State.QUARANTINED);
    int calls = geo.calls.get();
    Evaluation evaluation = Policies.judge(snapshot, CURL);
    assertThat(evaluation.pending()).isFalse();
    assertThat(decidedBy(evaluation)).contains("r0000");
    assertThat(geo.calls).hasValue(calls);
    assertThat(snapshot.explain(CURL.flow(), CURL.subject()).toString())
        .contains("plugin geo: quarantined after 3 faults", "fw:plugin-reset geo");

    engine.remove(geo); // starting it anew is no pardon
    arrive();
    assertThat(status().state()).isEqualTo(PluginStatus.State.QUARANTINED);
    long changes = engine.changes();
    behaviour = (flow, subject) -> Truth.NO_MATCH;
    assertThat(engine.resetPlugin("geo").orElseThrow().state())
        .isEqualTo(PluginStatus.State.ACTIVE);
    assertThat(engine.changes()).isNotEqualTo(changes);
    PolicySnapshot after = snapshot("deny geo.country=DE");
    assertThat(decidedBy(Policies.judgeWaiting(after, CURL))).isEmpty();
    assertThat(engine.resetPlugin("nobody")).isEmpty();
  }

  @Test
  void shouldQuarantineWhereHalfOfTheCallsFail() {
    arrive();
    AtomicInteger turn = new AtomicInteger();
    behaviour = (flow, subject) -> turn.incrementAndGet() % 2 == 0 ? null : Truth.NO_MATCH;
    PolicySnapshot snapshot = snapshot("deny geo.country=DE");
    for (int i = 0; i < 9; i++) {
      Policies.judgeWaiting(snapshot, CURL);
    }
    assertThat(status().state()).isEqualTo(PluginStatus.State.ACTIVE);

    Policies.judgeWaiting(snapshot, CURL);
    assertThat(status().state()).isEqualTo(PluginStatus.State.QUARANTINED);
  }
}
