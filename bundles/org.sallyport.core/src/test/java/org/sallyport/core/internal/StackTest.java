// SPDX-License-Identifier: Apache-2.0
package org.sallyport.core.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sallyport.api.admin.AdminException;
import org.sallyport.api.admin.EnforcementPlan;
import org.sallyport.api.admin.Execution;
import org.sallyport.api.backend.Backend;
import org.sallyport.api.backend.BackendException;
import org.sallyport.api.backend.KernelCount;
import org.sallyport.api.backend.KernelCounts;
import org.sallyport.api.decision.KernelProgram;
import org.sallyport.api.decision.KernelStep;
import org.sallyport.api.decision.Verdict;
import org.sallyport.api.packet.Direction;
import org.sallyport.api.rule.Action;
import org.sallyport.api.rule.Origin;
import org.sallyport.api.rule.RuleDefinition;

class StackTest {

  private static final Execution DO = Execution.APPLY;

  @TempDir Path etc;
  @TempDir Path state;
  private final Parts parts = new Parts();
  private final PlainStore file = new PlainStore("file");
  private final PlainEngine engine = new PlainEngine();
  private final PlainBackend queue = new PlainBackend("queue");
  private final PlainBackend rules = new PlainBackend("rules");
  private Firewall firewall;
  private StackChanges stacks;

  @BeforeEach
  void start() throws Exception {
    Files.writeString(etc.resolve("sallyport.yaml"), "stores: file\nbackends: queue\n");
    Files.writeString(state.resolve("generation"), "10 0xffff0000\n"); // no flow is touched
    rules.limits = Optional.of(PlainBackend.EVERYTHING);
    engine.program = Optional.of(program(new KernelStep.Decide("a", Action.DENY, List.of())));
    parts.engine(Optional.of(engine));
    parts.add(file);
    parts.add(queue);
    parts.add(rules);
    file.put(new RuleDefinition("a", "allow process.pid=7", 1000, true, "", new Origin("file", 1)));
    firewall = new Firewall(parts, new Folders(etc, state), true);
    stacks = new StackChanges(firewall, parts, new SettingChanges(firewall));
    firewall.settle();
  }

  @AfterEach
  void stop() {
    firewall.events().close();
  }

  private static KernelProgram program(KernelStep step) {
    Map<Direction, List<KernelStep>> steps = new EnumMap<>(Direction.class);
    Map<Direction, Verdict> defaults = new EnumMap<>(Direction.class);
    for (Direction direction : Direction.values()) {
      steps.put(direction, direction == Direction.OUT ? List.of(step) : List.<KernelStep>of());
      defaults.put(direction, Verdict.ALLOW);
    }
    return new KernelProgram(steps, defaults);
  }

  private void passOn() {
    engine.program = Optional.of(program(new KernelStep.PassOn("a", List.of(), "no, really")));
  }

  @Test
  void shouldReadyAllBeforeTheFirstEnforcesAndLetGoOfWhoLeft() {
    long revision = firewall.revision();

    EnforcementPlan plan = stacks.use(List.of("rules"), DO);

    assertThat(plan.rules().get(0).backend()).contains("rules");
    assertThat(queue.told).containsExactly("prepare 11", "enforce 11", "retire");
    assertThat(rules.told).as("and so do proofs").containsExactly("prepare 11", "enforce 11");
    assertThat(firewall.revision()).as("the policy stays").isEqualTo(revision);
    assertThat(firewall.settings().kept()).containsEntry("backends", "rules");

    stacks.use(List.of("rules", "queue"), DO);

    assertThat(queue.told).endsWith("retire", "prepare 11", "enforce 11");
    assertThat(rules.told).endsWith("prepare 11", "enforce 11", "prepare 11", "enforce 11");
    assertThat(queue.orders.get(queue.orders.size() - 1).stack()).containsExactly("rules", "queue");
    assertThat(queue.orders.get(queue.orders.size() - 1).program()).isEmpty();
    assertThat(rules.orders.get(rules.orders.size() - 1).program()).isPresent();
  }

  @Test
  void shouldRefuseAStackThatCannotHoldARule() {
    passOn();
    assertThatThrownBy(() -> stacks.use(List.of("rules"), DO))
        .isInstanceOf(AdminException.class)
        .hasMessage("rules cannot hold the rule a: no, really");
    assertThat(stacks.plan(List.of("rules")).complete()).isFalse();
    assertThat(rules.told).isEmpty();

    stacks.use(List.of("rules", "queue"), DO);

    EnforcementPlan.Place place = stacks.plan(List.of()).rules().get(0);
    assertThat(place.backend()).contains("queue");
    assertThat(place.why()).contains("rules cannot hold it: no, really");
  }

  @Test
  void shouldKeepThePolicyWhereAFileNeedsMoreThanABackendHasRoomFor() throws Exception {
    stacks.use(List.of("rules", "queue"), DO);
    long revision = firewall.revision();
    int told = rules.told.size();
    rules.tooLarge = Map.of("a", "rule 'a' is too large");
    file.put(new RuleDefinition("a", "deny process.pid=7", 1000, true, "", new Origin("file", 1)));

    assertThatThrownBy(() -> firewall.settle()).isInstanceOf(BackendException.class);

    assertThat(firewall.revision()).isEqualTo(revision);
    assertThat(rules.told.subList(told, rules.told.size())).as("nothing was begun").isEmpty();
    assertThat(firewall.state().problems()).anyMatch(p -> p.contains("rule 'a' is too large"));
  }

  @Test
  void shouldRefuseOrdersAndNamesThatMakeNoStack() {
    assertThatThrownBy(() -> stacks.use(List.of("queue", "rules"), DO))
        .hasMessageContaining("nothing passes queue");
    assertThatThrownBy(() -> stacks.use(List.of("other"), DO))
        .hasMessageContaining("there is no backend 'other'");
    assertThatThrownBy(() -> stacks.use(List.of("queue", "queue"), DO))
        .hasMessageContaining("each once");
    assertThat(queue.told).containsExactly("prepare 11", "enforce 11");
  }

  @Test
  void shouldGoBackUnderAFreshGenerationWhereTheKernelRefuses() {
    rules.unwilling = true;

    assertThatThrownBy(() -> stacks.use(List.of("rules"), DO))
        .isInstanceOf(AdminException.class)
        .hasMessage("the kernel refused");

    assertThat(queue.told).endsWith("prepare 12", "enforce 12");
    assertThat(rules.told).as("it was readied, so it lets go").containsExactly("retire");
    assertThat(firewall.settings().current().stack()).containsExactly("queue");
    assertThat(firewall.enforcer().plan().stack()).containsExactly("queue");
  }

  /** Else a flow that the new policy refuses would go on by its proof of the one before. */
  @Test
  void shouldKeepNoProofOfAPolicyThatNeverCameIntoTheKernel() throws Exception {
    queue.unwilling = true;
    file.put(new RuleDefinition("a", "deny process.pid=7", 1000, true, "", new Origin("file", 1)));
    assertThatThrownBy(() -> firewall.settle()).isInstanceOf(BackendException.class);

    stacks.use(List.of("rules"), DO);

    assertThat(rules.told).endsWith("prepare 13", "enforce 13");
  }

  @Test
  void shouldKeepNoProofOfThePolicyBeforeOneThatCameWhileTheBackendWasAway() throws Exception {
    parts.remove((Backend) queue);
    file.put(new RuleDefinition("a", "deny process.pid=7", 1000, true, "", new Origin("file", 1)));
    long revision = firewall.revision();
    assertThatThrownBy(() -> firewall.settle()).isInstanceOf(BackendException.class);
    assertThat(firewall.revision()).isGreaterThan(revision);

    stacks.use(List.of("rules"), DO);

    assertThat(rules.told).endsWith("prepare 12", "enforce 12");
  }

  @Test
  void shouldRefuseANewRuleThatTheStackCannotHold() throws Exception {
    stacks.use(List.of("rules"), DO);
    passOn();
    file.put(new RuleDefinition("b", "allow process.pid=8", 1000, true, "", new Origin("file", 2)));

    assertThat(firewall.holding().refusals(firewall.slot().current().orElseThrow()))
        .containsEntry("a", "rules cannot hold the rule a: no, really");
    assertThatThrownBy(() -> firewall.settle()).isInstanceOf(BackendException.class);
    assertThat(rules.told).as("the rules before stay").containsExactly("prepare 11", "enforce 11");
  }

  @Test
  void shouldAddWhatTheKernelCountsToTheRulesCounters() throws Exception {
    RuleInfos infos = new RuleInfos(firewall);
    rules.counted = new KernelCounts(Map.of("a", new KernelCount(3, 300)), Map.of());
    stacks.use(List.of("rules"), DO);
    assertThat(infos.current("a").packets()).isEqualTo(3);
    assertThat(infos.current("a").backend()).contains("rules");

    rules.counted = new KernelCounts(Map.of("a", new KernelCount(5, 500)), Map.of());
    firewall.shutDown();
    assertThat(infos.current("a").bytes()).isEqualTo(500);

    rules.counted = new KernelCounts(Map.of("a", new KernelCount(6, 600)), Map.of());
    Firewall later = new Firewall(parts, new Folders(etc, state), true);
    later.settle();
    assertThat(new RuleInfos(later).current("a").packets()).as("across a restart").isEqualTo(6);
    rules.counted = new KernelCounts(Map.of(), Map.of("a", new KernelCount(7, 700)));
    later.tally().read();
    rules.counted = new KernelCounts(Map.of("a", new KernelCount(2, 200)), Map.of());
    later.tally().read();
    assertThat(new RuleInfos(later).current("a").packets()).as("counted anew").isEqualTo(9);
    later.events().close();
  }

  @Test
  void shouldRefuseAnActiveBackendThatIsNotThere() {
    parts.remove((Backend) queue);
    assertThatThrownBy(() -> firewall.enforcer().carryOut(true))
        .isInstanceOf(BackendException.class);
  }
}
