// SPDX-License-Identifier: Apache-2.0
package org.sallyport.core.internal.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.sallyport.api.backend.SnapshotReader;
import org.sallyport.api.decision.CompiledRule;
import org.sallyport.api.decision.Evaluation;
import org.sallyport.api.decision.Explanation;
import org.sallyport.api.decision.PolicySnapshot;
import org.sallyport.api.packet.Flow;
import org.sallyport.api.packet.FlowView;
import org.sallyport.api.subject.SubjectView;

class PolicySlotTest {

  private final PolicySlot slot = new PolicySlot();

  @Test
  void shouldBeEmptyBeforeTheFirstPolicy() {
    SnapshotReader reader = slot.reader("agent");

    assertThat(reader.begin()).isEmpty();
  }

  @Test
  void shouldShowTheNewSnapshotToReadersThatBeginLater() {
    SnapshotReader reader = slot.reader("agent");
    slot.publish(new Revision(1), Duration.ofSeconds(5));

    assertThat(reader.begin().orElseThrow().revision()).isEqualTo(1);
  }

  @Test
  void shouldNameAReaderThatStillUsesAnOlderSnapshot() {
    SnapshotReader reader = slot.reader("slow agent");
    reader.begin();

    List<String> late = slot.publish(new Revision(1), Duration.ofMillis(1));

    assertThat(late).containsExactly("slow agent");
  }

  @Test
  void shouldWaitForAnOnlookerOnlyWhereSomethingLeaves() {
    slot.publish(new Revision(1), Duration.ofSeconds(5));

    long seen =
        slot.look(
            "fw:explain",
            policy -> {
              assertThat(slot.publish(new Revision(2), Duration.ofDays(1))).isEmpty();
              assertThat(slot.awaitReaders(Duration.ofMillis(1))).containsExactly("fw:explain");
              return policy.orElseThrow().revision();
            });

    assertThat(seen).isEqualTo(1);
    assertThat(slot.awaitReaders(Duration.ofDays(1))).isEmpty();
  }

  @Test
  void shouldNotHoldAChangeUpForWhoIsStuckInAPlugin() {
    SnapshotReader worker = slot.onlooker("a worker");
    worker.begin();

    assertThat(slot.publish(new Revision(1), Duration.ofDays(1))).isEmpty();
    assertThat(slot.awaitReaders(Duration.ofMillis(1))).containsExactly("a worker");
    worker.close();
    assertThat(slot.awaitReaders(Duration.ofDays(1))).isEmpty();
  }

  @Test
  void shouldForgetAnOnlookerThatFails() {
    assertThatThrownBy(
            () ->
                slot.look(
                    "fw:explain",
                    policy -> {
                      throw new IllegalStateException("it failed");
                    }))
        .hasMessage("it failed");
    assertThat(slot.awaitReaders(Duration.ofDays(1))).isEmpty();
  }

  @Test
  void shouldNotWaitForIdleOrClosedReaders() {
    SnapshotReader idle = slot.reader("idle");
    idle.begin();
    idle.end();
    SnapshotReader closed = slot.reader("closed");
    closed.begin();
    closed.close();

    assertThat(slot.publish(new Revision(1), Duration.ofDays(1))).isEmpty();
  }

  @Test
  void shouldReturnOnlyOnceEveryReaderHasPassed() throws Exception {
    SnapshotReader reader = slot.reader("agent");
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch finish = new CountDownLatch(1);
    CompletableFuture<Void> judging =
        CompletableFuture.runAsync(
            () -> {
              reader.begin();
              begun.countDown();
              await(finish);
              reader.end();
            });
    await(begun);
    CompletableFuture<List<String>> publishing =
        CompletableFuture.supplyAsync(() -> slot.publish(new Revision(1), Duration.ofMinutes(1)));
    while (slot.current().isEmpty()) {
      Thread.onSpinWait();
    }
    assertThat(publishing).isNotDone();

    finish.countDown();

    assertThat(publishing.get(1, TimeUnit.MINUTES)).isEmpty();
    assertThat(judging).succeedsWithin(Duration.ofMinutes(1));
  }

  @Test
  void shouldNameWhoStillUsesWhatWasTakenOff() {
    SnapshotReader reader = slot.reader("agent");
    var unused = reader.begin();

    assertThat(slot.awaitReaders(Duration.ofMillis(1))).containsExactly("agent");

    reader.end();
    unused = reader.begin();
    reader.end();
    assertThat(slot.awaitReaders(Duration.ofMinutes(1))).isEmpty();
  }

  private static void await(CountDownLatch latch) {
    try {
      if (!latch.await(1, TimeUnit.MINUTES)) {
        throw new AssertionError("the other thread did not come this far");
      }
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** A snapshot of which only the revision matters. */
  record Revision(long revision) implements PolicySnapshot {

    @Override
    public void decide(FlowView flow, SubjectView subject, Evaluation out) {
      throw new AssertionError("not asked here");
    }

    @Override
    public Explanation explain(Flow flow, SubjectView subject) {
      throw new AssertionError("not asked here");
    }

    @Override
    public List<CompiledRule> rules() {
      return List.of();
    }
  }
}
