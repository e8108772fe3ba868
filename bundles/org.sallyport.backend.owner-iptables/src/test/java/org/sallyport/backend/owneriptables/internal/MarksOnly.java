// SPDX-License-Identifier: Apache-2.0
package org.sallyport.backend.owneriptables.internal;

import java.nio.file.Path;
import java.util.Optional;
import org.sallyport.api.backend.AttributionCounters;
import org.sallyport.api.backend.BackendContext;
import org.sallyport.api.backend.FailCounters;
import org.sallyport.api.backend.Leases;
import org.sallyport.api.backend.MarkLayout;
import org.sallyport.api.backend.SnapshotReader;
import org.sallyport.api.event.FlowEvent;
import org.sallyport.api.subject.SubjectSource;

/** All that this backend may ask the core for. */
final class MarksOnly implements BackendContext {

  @Override
  public MarkLayout marks() {
    return new MarkLayout(MarkLayout.DEFAULT_MASK);
  }

  @Override
  public SnapshotReader reader(String name) {
    throw new AssertionError("the kernel decides, not a snapshot");
  }

  @Override
  public Optional<SubjectSource> subjects() {
    throw new AssertionError("the kernel knows no subjects");
  }

  @Override
  public void record(FlowEvent event) {
    throw new AssertionError("the kernel records nothing");
  }

  @Override
  public FailCounters failures() {
    throw new AssertionError("nothing is counted here");
  }

  @Override
  public AttributionCounters attribution() {
    throw new AssertionError("nothing is attributed here");
  }

  @Override
  public int queueNumber() {
    throw new AssertionError("there is no queue");
  }

  @Override
  public Path stateFolder() {
    throw new AssertionError("nothing is kept");
  }

  @Override
  public Leases leases() {
    throw new AssertionError("nothing is left");
  }
}
