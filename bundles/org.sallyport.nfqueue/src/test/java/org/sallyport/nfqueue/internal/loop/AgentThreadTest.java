// SPDX-License-Identifier: Apache-2.0
package org.sallyport.nfqueue.internal.loop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.EnumSet;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.sallyport.api.backend.Enforcement;
import org.sallyport.api.backend.FailModes;
import org.sallyport.api.backend.Mode;
import org.sallyport.api.packet.Direction;

class AgentThreadTest {

  private static final long PATIENCE_MS = 20_000;
  private static final Enforcement ORDER =
      new Enforcement(Mode.ENFORCE, 1, FailModes.CLOSED, false, EnumSet.of(Direction.OUT), false);

  private final ScriptedQueue queue = new ScriptedQueue();
  private final AgentOrders orders = new AgentOrders(ORDER);
  private final AgentThread thread = new AgentThread("test", queue, this::makeAgent);

  private NfqueueAgent makeAgent() {
    return new NfqueueAgent(
        queue,
        new TestContext(),
        AgentSettings.DEFAULTS,
        orders,
        new AgentReport(),
        CycleClock.ofSystem());
  }

  @Test
  void shouldTakeOrdersAndCloseTheQueueWhenStopped() throws Exception {
    assertThat(thread.start(PATIENCE_MS)).isTrue();
    Future<Void> obeyed = orders.give(ORDER);
    assertThat(obeyed.get(PATIENCE_MS, TimeUnit.MILLISECONDS)).isNull();
    assertThat(thread.isAlive()).isTrue();
    assertThat(thread.stop(AgentThread.Ending.GIVE_UP, PATIENCE_MS)).isTrue();
    assertThat(thread.failure()).isEmpty();
    assertThat(queue.isClosed()).isTrue();
  }

  @Test
  void shouldLeaveTheQueuesOpenForTheNextAgent() throws Exception {
    assertThat(thread.start(PATIENCE_MS)).isTrue();
    assertThat(thread.stop(AgentThread.Ending.HAND_OVER, PATIENCE_MS)).isTrue();
    assertThat(queue.isClosed()).isFalse();
    assertThat(thread.isAlive()).isFalse();
  }

  @Test
  void shouldNotHandOverQueuesThatAreLost() throws Exception {
    queue.breakDown();
    thread.start(PATIENCE_MS);
    assertThat(queue.awaitClose()).isTrue();
    assertThat(thread.stop(AgentThread.Ending.HAND_OVER, PATIENCE_MS)).isFalse();
    assertThat(queue.isClosed()).isTrue();
  }

  @Test
  void shouldCloseTheQueueAndSayWhyWhenTheAgentEnds() throws Exception {
    queue.breakDown();
    thread.start(PATIENCE_MS);
    assertThat(queue.awaitClose()).as("so that no-listener holds").isTrue();
    assertThat(thread.failure()).containsInstanceOf(IOException.class);
    assertThat(thread.isAlive()).isFalse();
    assertThat(thread.stop(AgentThread.Ending.GIVE_UP, PATIENCE_MS)).isTrue();
  }

  @Test
  void shouldNotStartWithAnAgentThatCannotBeMade() throws Exception {
    AgentThread broken =
        new AgentThread(
            "test",
            queue,
            () -> {
              throw new IllegalStateException("as if by accident");
            });
    assertThat(broken.start(PATIENCE_MS)).isFalse();
    assertThat(broken.failure()).containsInstanceOf(IllegalStateException.class);
    assertThat(queue.isClosed()).isTrue();
  }
}
