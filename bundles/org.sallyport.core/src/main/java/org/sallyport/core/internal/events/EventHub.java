// SPDX-License-Identifier: Apache-2.0
package org.sallyport.core.internal.events;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.sallyport.api.backend.FailCounters;
import org.sallyport.api.backend.Situation;
import org.sallyport.api.event.EventSink;
import org.sallyport.api.event.EventSubscription;
import org.sallyport.api.event.FlowEvent;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries events from packet threads to people: a bounded ring, drained by one thread into sinks
 * and subscriptions. Packet threads never wait: a full ring drops and counts.
 */
public final class EventHub implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(EventHub.class);
  private static final int RING = 8192;
  private static final int PER_READER = 1024;

  private final BlockingQueue<FlowEvent> ring = new ArrayBlockingQueue<>(RING);
  private final List<EventSink> sinks = new CopyOnWriteArrayList<>();
  private final List<Subscription> subscriptions = new CopyOnWriteArrayList<>();
  private final FailCounters failures;
  private final Thread drain;
  private volatile Optional<FlowEvent> last = Optional.empty();

  /**
   * Starts the draining thread.
   *
   * @param failures where lost events are counted
   */
  public EventHub(FailCounters failures) {
    this.failures = failures;
    drain = new Thread(this::drain, "sallyport-events");
    drain.setDaemon(true);
    drain.start();
  }

  /**
   * Takes an event; any thread, never blocks.
   *
   * @param event the event
   */
  public void offer(FlowEvent event) {
    last = Optional.of(event);
    if (!ring.offer(event)) {
      failures.count(Situation.EVENTS_LOST);
    }
  }

  /**
   * The event offered last.
   *
   * @return empty before the first
   */
  public Optional<FlowEvent> last() {
    return last;
  }

  /**
   * Adds a sink.
   *
   * @param sink the sink
   */
  public void add(EventSink sink) {
    sinks.add(sink);
  }

  /**
   * Takes a sink off.
   *
   * @param sink the sink
   */
  public void remove(EventSink sink) {
    sinks.remove(sink);
  }

  /**
   * Opens a reader.
   *
   * @return a bounded queue of events from now on
   */
  public EventSubscription subscribe() {
    Subscription subscription = new Subscription();
    subscriptions.add(subscription);
    return subscription;
  }

  private void drain() {
    try {
      while (!Thread.currentThread().isInterrupted()) {
        FlowEvent event = ring.take();
        subscriptions.forEach(s -> s.deliver(event));
        sinks.forEach(sink -> deliver(sink, event));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // closing
    }
  }

  /** A sink is foreign code: whatever it throws must not keep events from the others. */
  @SuppressWarnings("CatchAndPrintStackTrace")
  private static void deliver(EventSink sink, FlowEvent event) {
    try {
      sink.accept(event);
    } catch (RuntimeException | LinkageError e) {
      LOG.warn("sink {} failed on an event", sink.getClass().getName(), e);
    }
  }

  @Override
  public void close() {
    drain.interrupt();
  }

  private final class Subscription implements EventSubscription {
    private final BlockingQueue<FlowEvent> queue = new ArrayBlockingQueue<>(PER_READER);
    private final AtomicLong lost = new AtomicLong();

    void deliver(FlowEvent event) {
      if (!queue.offer(event)) {
        lost.incrementAndGet();
      }
    }

    @Override
    public Optional<FlowEvent> next(Duration timeout) throws InterruptedException {
      return Optional.ofNullable(queue.poll(timeout.toNanos(), TimeUnit.NANOSECONDS));
    }

    @Override
    public long lost() {
      return lost.get();
    }

    @Override
    public void close() {
      subscriptions.remove(this);
    }
  }
}
