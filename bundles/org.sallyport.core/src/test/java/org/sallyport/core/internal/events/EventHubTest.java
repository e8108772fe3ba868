// SPDX-License-Identifier: Apache-2.0
package org.sallyport.core.internal.events;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.sallyport.api.backend.FailCounters;
import org.sallyport.api.backend.Situation;
import org.sallyport.api.event.EventSubscription;
import org.sallyport.api.event.FlowEvent;

class EventHubTest {

  private static final Duration LONG = Duration.ofMinutes(1);

  private final FailCounters failures = new FailCounters();
  private final EventHub hub = new EventHub(failures);

  @AfterEach
  void close() {
    hub.close();
  }

  @Test
  void shouldDeliverToSubscriptionsInOrder() throws Exception {
    try (EventSubscription subscription = hub.subscribe()) {
      hub.offer(TestEvents.event(1));
      hub.offer(TestEvents.event(2));

      assertThat(subscription.next(LONG).orElseThrow().decision().revision()).isEqualTo(1);
      assertThat(subscription.next(LONG).orElseThrow().decision().revision()).isEqualTo(2);
      assertThat(hub.last().orElseThrow().decision().revision()).isEqualTo(2);
    }
  }

  @Test
  void shouldNotLetAFailingSinkKeepEventsFromOthers() throws Exception {
    BlockingQueue<FlowEvent> got = new LinkedBlockingQueue<>();
    hub.add(
        event -> {
          throw new IllegalStateException("a plugin's fault");
        });
    hub.add(got::add);

    hub.offer(TestEvents.event(7));

    assertThat(got.poll(1, TimeUnit.MINUTES)).isNotNull();
  }

  @Test
  void shouldDropAndCountWhenTheRingIsFullAndNeverBlock() throws Exception {
    CountDownLatch stuck = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    hub.add(
        event -> {
          stuck.countDown();
          try {
            release.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
    hub.offer(TestEvents.event(0));
    assertThat(stuck.await(1, TimeUnit.MINUTES)).isTrue();

    for (int i = 0; i < 8192 + 5; i++) {
      hub.offer(TestEvents.event(i));
    }

    assertThat(failures.get(Situation.EVENTS_LOST)).isEqualTo(5);
    release.countDown();
  }
}
