// SPDX-License-Identifier: Apache-2.0
package org.sallyport.nfqueue.internal.loop;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.sallyport.api.backend.AttributionCounters;
import org.sallyport.api.backend.BackendContext;
import org.sallyport.api.backend.FailCounters;
import org.sallyport.api.backend.Leases;
import org.sallyport.api.backend.MarkLayout;
import org.sallyport.api.backend.SnapshotReader;
import org.sallyport.api.decision.PolicySnapshot;
import org.sallyport.api.event.FlowEvent;
import org.sallyport.api.subject.SubjectSource;

/** The control plane as a test sees it: what is set here holds, what is recorded is kept. */
public final class TestContext implements BackendContext {

  private Duration bootDeadline = Duration.ofSeconds(3);

  public static final int QUEUE = 5151;

  private final FailCounters failures = new FailCounters();
  private final AttributionCounters attribution = new AttributionCounters();
  private final List<FlowEvent> events = Collections.synchronizedList(new ArrayList<>());
  private final MarkLayout marks = new MarkLayout(MarkLayout.DEFAULT_MASK);
  private final Leases leases = new KeptLeases();
  private volatile Optional<PolicySnapshot> policy = Optional.empty();
  private volatile Optional<SubjectSource> subjects = Optional.empty();

  public void publish(PolicySnapshot snapshot) {
    policy = Optional.of(snapshot);
  }

  public void setSubjects(Optional<SubjectSource> source) {
    subjects = source;
  }

  public List<FlowEvent> events() {
    return events;
  }

  @Override
  public SnapshotReader reader(String name) {
    return new SnapshotReader() {
      @Override
      public Optional<PolicySnapshot> begin() {
        return policy;
      }

      @Override
      public void end() {}

      @Override
      public void close() {}
    };
  }

  /** Not what it is by default, so that a fixed time in its place is noticed. */
  @Override
  public Duration swapGrace() {
    return Duration.ofSeconds(4);
  }

  @Override
  public Duration bootDeadline() {
    return bootDeadline;
  }

  /** Has packets wait for the first policy for another time. */
  public TestContext holding(Duration time) {
    bootDeadline = time;
    return this;
  }

  @Override
  public Optional<SubjectSource> subjects() {
    return subjects;
  }

  @Override
  public void record(FlowEvent event) {
    events.add(event);
  }

  @Override
  public FailCounters failures() {
    return failures;
  }

  @Override
  public AttributionCounters attribution() {
    return attribution;
  }

  @Override
  public MarkLayout marks() {
    return marks;
  }

  @Override
  public int queueNumber() {
    return QUEUE;
  }

  @Override
  public Leases leases() {
    return leases;
  }

  @Override
  public Path stateFolder() {
    return Path.of("/nonexistent");
  }

  /** Keeps what is left for ever. */
  private static final class KeptLeases implements Leases {
    private final Map<String, AutoCloseable> left = new ConcurrentHashMap<>();

    @Override
    public void leave(String name, AutoCloseable resource) {
      left.put(name, resource);
    }

    @Override
    public Optional<AutoCloseable> adopt(String name) {
      return Optional.ofNullable(left.remove(name));
    }
  }
}
