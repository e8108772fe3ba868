// SPDX-License-Identifier: Apache-2.0
package org.sallyport.core.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
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
                    throw AdminException.refused("the store 'file' is not there", "file", "");
                  }
                  return runs.get();
                }))
        .isEqualTo(2);
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
