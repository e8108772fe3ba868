// SPDX-License-Identifier: Apache-2.0
package org.sallyport.core.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sallyport.api.decision.Explanation;
import org.sallyport.api.decision.Hypothesis;
import org.sallyport.core.internal.events.TestEvents;

/** A person who asks for an explanation reads the policy, as agents do. */
class ExplainReaderTest {

  @TempDir Path state;
  private final Parts parts = new Parts();
  private final PlainEngine engine = new PlainEngine();
  private final CountDownLatch explaining = new CountDownLatch(1);
  private final CountDownLatch goOn = new CountDownLatch(1);
  private final ControlThread control = new ControlThread();
  private Firewall firewall;
  private Administration admin;

  @BeforeEach
  void start() throws Exception {
    parts.engine(Optional.of(engine));
    parts.add(new PlainStore("file"));
    parts.add(new PlainStore("memory", 200));
    firewall = new Firewall(parts, new Folders(state, state), false);
    admin = new Administration(firewall, control, parts);
    settle();
    firewall.events().offer(TestEvents.event(1));
    var event = TestEvents.event(1);
    engine.flow = Optional.of(new Hypothesis(event.flow(), event.subject()));
    engine.explains =
        (flow, subject) -> {
          explaining.countDown();
          await(goOn);
          return new Explanation(flow, event.subject(), List.of(), event.decision());
        };
  }

  private void settle() {
    control.call(
        () -> {
          firewall.settle();
          return "";
        });
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @AfterEach
  void stop() {
    goOn.countDown();
    control.close();
    firewall.events().close();
  }

  @Test
  void shouldKeepWhatItReadsFromLeavingWhileAFlowIsExplained() throws Exception {
    shouldBeWaitedFor(() -> admin.explain(List.of("out", "tcp", "10.0.0.1:1")));
  }

  @Test
  void shouldKeepWhatItReadsFromLeavingWhileTheLastFlowIsExplained() throws Exception {
    shouldBeWaitedFor(admin::explainLast);
  }

  private void shouldBeWaitedFor(Supplier<Explanation> explain) throws Exception {
    CompletableFuture<Explanation> explanation = CompletableFuture.supplyAsync(explain);
    await(explaining);

    settle();
    assertThat(firewall.state().problems()).as("a change does not wait for it").isEmpty();
    parts.engineLeft(engine);
    assertThat(firewall.slot().awaitReaders(Duration.ofMillis(1))).containsExactly("fw:explain");

    goOn.countDown();
    assertThat(explanation.get(30, TimeUnit.SECONDS).steps()).isEmpty();
    assertThat(firewall.slot().awaitReaders(Duration.ofDays(1))).isEmpty();
  }
}
