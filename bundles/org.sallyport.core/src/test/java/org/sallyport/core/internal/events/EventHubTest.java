// SPDX-License-Identifier: Apache-2.0
package org.sallyport.core.internal.events;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.sallyport.api.backend.FailCounters;
import org.sallyport.api.backend.Mode;
import org.sallyport.api.backend.Situation;
import org.sallyport.api.decision.Decision;
import org.sallyport.api.decision.RuleCounter;
import org.sallyport.api.decision.Verdict;
import org.sallyport.api.event.EventSubscription;
import org.sallyport.api.event.FlowEvent;
import org.sallyport.api.packet.Direction;
import org.sallyport.api.packet.Endpoint;
import org.sallyport.api.packet.Flow;
import org.sallyport.api.packet.IpAddress;
import org.sallyport.api.subject.Fact;
import org.sallyport.api.subject.Subject;
import org.sallyport.api.subject.SubjectKind;

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
      hub.offer(event(1));
      hub.offer(event(2));

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

    hub.offer(event(7));

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
    hub.offer(event(0));
    assertThat(stuck.await(1, TimeUnit.MINUTES)).isTrue();

    for (int i = 0; i < 8192 + 5; i++) {
      hub.offer(event(i));
    }

    assertThat(failures.get(Situation.EVENTS_LOST)).isEqualTo(5);
    release.countDown();
  }

  private static FlowEvent event(long revision) {
    Endpoint end = new Endpoint(IpAddress.parse("10.0.0.1"), OptionalInt.of(1));
    return new FlowEvent(
        Instant.EPOCH,
        new Flow(Direction.OUT, 6, end, end, OptionalInt.empty(), "eth0"),
        Subject.without(
            SubjectKind.UNKNOWN,
            new Fact.Unknown<>("test"),
            new Fact.Unknown<>("test"),
            new Fact.Unknown<>("test"),
            "test"),
        new Decision(Verdict.ALLOW, Optional.empty(), "default", revision, new RuleCounter()),
        Mode.ENFORCE,
        List.of());
  }
}
