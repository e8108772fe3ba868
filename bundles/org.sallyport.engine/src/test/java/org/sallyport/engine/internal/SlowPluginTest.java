// SPDX-License-Identifier: Apache-2.0
package org.sallyport.engine.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.sallyport.api.decision.Evaluation;
import org.sallyport.api.decision.Explanation;
import org.sallyport.api.decision.PolicySnapshot;
import org.sallyport.api.decision.PolicySource;
import org.sallyport.api.decision.Verdict;
import org.sallyport.api.match.Matcher;
import org.sallyport.api.match.MatcherFactory;
import org.sallyport.api.match.PluginStatus;
import org.sallyport.api.match.Truth;
import org.sallyport.api.rule.Criterion;
import org.sallyport.engine.internal.plugin.PluginIdentity;

/** Plugins that take their time: nobody but themselves is held by them. */
class SlowPluginTest extends PluginWorld {

  private static final int MANY = 40;

  private final List<String> threads = Collections.synchronizedList(new ArrayList<>());

  @AfterEach
  void letGo() {
    letGo.countDown();
  }

  private static PolicySource many(String value) {
    List<String> rules = new ArrayList<>();
    for (int i = 0; i < MANY; i++) {
      rules.add("deny geo.country=" + value + ",C" + i);
    }
    return Policies.source(Policies.rules(rules.toArray(String[]::new)), true, Verdict.ALLOW);
  }

  /** Knows another attribute, and notes who calls it. */
  private final class Quick implements MatcherFactory {
    @Override
    public Set<String> attributes() {
      return Set.of("quick.word");
    }

    @Override
    public Matcher compile(Criterion criterion) {
      threads.add(Thread.currentThread().getName());
      return (flow, subject) -> {
        threads.add(Thread.currentThread().getName());
        return Truth.MATCH;
      };
    }
  }

  @Test
  void shouldWaitForAllCriteriaOfAPluginTogetherNoLongerThanForOne() {
    arrive();
    Set<Thread> before = Thread.getAllStackTraces().keySet();

    var problems = Policies.problems(engine, many("HANG"));

    assertThat(problems).hasSize(MANY);
    assertThat(problems)
        .allSatisfy(
            problem -> assertThat(problem.message()).contains("plugin geo", "is late", "geo.c"));
    // Waited for one after the other, each for that long, they would take that many times the
    // limit.
    assertThat(engine.plugins().get(0).state()).isEqualTo(PluginStatus.State.ACTIVE);
    Set<Thread> started = new HashSet<>(Thread.getAllStackTraces().keySet());
    started.removeAll(before);
    assertThat(started).extracting("name").containsOnlyOnce("sallyport-plugin-geo");
  }

  @Test
  void shouldNotRefuseAQuickPluginForASlowOne() {
    arrive();
    engine.add(new Quick(), new PluginIdentity("quick", "1", ""));
    PolicySource source =
        Policies.source(
            Policies.rules("deny geo.country=HANG", "deny quick.word=a"), true, Verdict.ALLOW);

    assertThat(Policies.problems(engine, source))
        .extracting("ruleId")
        .containsExactly(source.rules().get(0).definition().id());
  }

  @Test
  void shouldRunNothingOfAPluginOnTheThreadThatCompilesOrExplains() {
    engine.add(new Quick(), new PluginIdentity("quick", "1", ""));
    PolicySnapshot snapshot = snapshot("log quick.word=a", "deny quick.word=a");

    Explanation explanation = snapshot.explain(CURL.flow(), CURL.subject());

    assertThat(explanation.decision().verdict()).isEqualTo(Verdict.DENY);
    assertThat(threads).hasSizeGreaterThanOrEqualTo(3).containsOnly("sallyport-plugin-quick");
  }

  @Test
  void shouldCompileARuleInForceAsUnresolvedUntilItsPluginIsDone() throws Exception {
    arrive();
    CountDownLatch done = new CountDownLatch(1);
    PolicySnapshot early = inForce("deny geo.country=HANG");
    assertThat(early.rules().get(0).unresolved())
        .hasValueSatisfying(why -> assertThat(why).contains("the plugin geo", "is late"));
    assertThat(decidedBy(Policies.judgeWaiting(early, CURL))).as("as unknown").contains("r0000");
    long changes = engine.changes();
    engine.onChange(done::countDown);

    letGo.countDown();

    assertThat(done.await(10, TimeUnit.SECONDS)).as("told that it compiles now").isTrue();
    assertThat(engine.changes()).isNotEqualTo(changes);
    assertThat(inForce("deny geo.country=HANG").rules().get(0).unresolved()).isEmpty();
  }

  @Test
  void shouldAskAPluginOnceForACriterionHoweverOftenThePolicyChanges() {
    engine.add(new Quick(), new PluginIdentity("quick", "1", ""));
    PolicySnapshot first = snapshot("deny quick.word=a");

    PolicySnapshot second = snapshot("deny quick.word=a", "allow quick.word=b");

    assertThat(threads).as("a once, b once").hasSize(2);
    assertThat(decidedBy(Policies.judgeWaiting(first, CURL))).contains("r0000");
    assertThat(decidedBy(Policies.judgeWaiting(second, CURL))).contains("r0000");
  }

  @Test
  void shouldPutAPluginInQuarantineThatHangsWhileItCompiles() {
    arrive();
    PolicySource source =
        Policies.source(Policies.rules("deny geo.country=HANG"), true, Verdict.ALLOW);
    assertThat(Policies.problems(engine, source).get(0).message()).contains("is late");

    aheadNs.set(Duration.ofSeconds(61).toNanos());
    engine.expirePlugins();

    assertThat(status().state()).isEqualTo(PluginStatus.State.QUARANTINED);
    Evaluation evaluation = Policies.judge(snapshot("deny geo.country=HANG"), CURL);
    assertThat(decidedBy(evaluation)).contains("r0000");
    assertThat(evaluation.pluginErrors()).isEqualTo(1);
    letGo.countDown();
    engine.resetPlugin("geo");
    assertThat(decidedBy(Policies.judgeWaiting(snapshot("deny geo.country=DE"), CURL)))
        .as("by a thread of its own again")
        .contains("r0000");
  }

  @Test
  void shouldExplainAroundAPluginThatHangs() {
    Geo geo = arrive();
    behaviour =
        (flow, subject) -> {
          awaitQuietly(letGo);
          return Truth.MATCH;
        };
    PolicySnapshot snapshot = snapshot("log geo.country=DE", "deny geo.country=DE");

    Explanation explanation = snapshot.explain(CURL.flow(), CURL.subject());

    assertThat(explanation.decision().ruleId()).contains("r0001");
    assertThat(explanation.steps()).extracting("result").containsOnly(Truth.UNKNOWN);
    assertThat(explanation.toString()).contains("plugin geo:", "its last fault:");
    assertThat(geo.calls).as("the time was up then").hasValue(1);
    assertThat(status().faults()).isPositive();
  }
}
