// SPDX-License-Identifier: Apache-2.0
package org.sallyport.core.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.sallyport.api.admin.AdminException;
import org.sallyport.core.internal.Absences.Kind;

class CommandGateTest {

  private final ControlThread control = new ControlThread();
  private final Absences absences = new Absences(System::nanoTime, Duration.ofSeconds(30));
  private final CommandGate gate = new CommandGate(control, absences);

  @AfterEach
  void stop() {
    control.close();
  }

  @Test
  void shouldWaitForABackendThatIsBeingReplaced() throws Exception {
    absences.left(Kind.BACKEND, "nfqueue");
    AtomicInteger runs = new AtomicInteger();
    CompletableFuture<Integer> command =
        CompletableFuture.supplyAsync(() -> gate.call(runs::incrementAndGet));
    assertThat(runs).hasValue(0);
    assertThat(command).isNotDone();

    absences.back(Kind.BACKEND, "nfqueue");

    assertThat(command.get(10, TimeUnit.SECONDS)).isEqualTo(1);
  }

  @Test
  void shouldTryAgainWhatWasRefusedForAStoreThatIsBeingReplaced() throws Exception {
    absences.left(Kind.STORE, "file");
    AtomicInteger runs = new AtomicInteger();
    assertThat(
            gate.<Integer>call(
                () -> {
                  if (runs.incrementAndGet() == 1) {
                    absences.back(Kind.STORE, "file");
                    throw new StoreAway("file");
                  }
                  return runs.get();
                }))
        .isEqualTo(2);
  }

  @Test
  void shouldRunAChangeOnceThatWasRefusedForAnythingElse() {
    absences.left(Kind.STORE, "sql");
    AtomicInteger runs = new AtomicInteger();
    for (AdminException refusal :
        List.of(AdminException.refused("half done", "", ""), new StoreAway("file"))) {
      runs.set(0);
      assertThatThrownBy(
              () ->
                  gate.call(
                      () -> {
                        runs.incrementAndGet();
                        throw refusal;
                      }))
          .isSameAs(refusal);
      assertThat(runs).hasValue(1);
    }
  }

  @Test
  void shouldNeverBeginAChangeThatNobodyWaitsForAnyMore() throws Exception {
    CountDownLatch running = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    CompletableFuture<String> first = new CompletableFuture<>();
    Thread ahead =
        caller(
            first,
            () -> {
              running.countDown();
              goOn.await();
              return "under way";
            });
    running.await();
    AtomicInteger runs = new AtomicInteger();
    CompletableFuture<String> second = new CompletableFuture<>();
    Thread behind = caller(second, () -> "run " + runs.incrementAndGet());

    behind.interrupt();
    ahead.interrupt();

    assertThat(refusalOf(second).hint()).contains("had not begun and never will");
    assertThat(refusalOf(first).hint()).contains("still under way");
    goOn.countDown();
    assertThat(gate.<String>call(() -> "the next")).isEqualTo("the next");
    assertThat(runs).hasValue(0);
  }

  private Thread caller(CompletableFuture<String> answer, Callable<String> change) {
    Thread thread =
        new Thread(
            () -> {
              try {
                answer.complete(gate.call(change));
              } catch (AdminException e) {
                answer.completeExceptionally(e);
              }
            });
    thread.start();
    return thread;
  }

  private static AdminException refusalOf(CompletableFuture<String> answer) {
    return (AdminException)
        answer.handle((value, failure) -> failure).orTimeout(10, TimeUnit.SECONDS).join();
  }

  @Test
  void shouldRefuseAtOnceWhereNothingIsBeingReplaced() {
    assertThatThrownBy(
            () ->
                gate.call(
                    () -> {
                      throw AdminException.refused("no", "", "");
                    }))
        .isInstanceOf(AdminException.class)
        .hasMessage("no");
  }

  @Test
  void shouldGoOnOnceTheGraceIsOver() {
    absences.grace(Duration.ofMillis(1));
    absences.left(Kind.ENGINE, "engine");
    assertThat(gate.<String>call(() -> "done")).isEqualTo("done");
    assertThat(absences.replacing(Kind.ENGINE)).isFalse();
    assertThat(absences.gone(Kind.ENGINE)).containsExactly("engine");
  }
}
