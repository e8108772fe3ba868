// SPDX-License-Identifier: Apache-2.0
package org.sallyport.api.backend;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;
import org.sallyport.api.event.FlowEvent;
import org.sallyport.api.subject.SubjectSource;

/**
 * The bridges between a backend's packet plane and the control plane. Thread-safe; never blocks.
 */
@ProviderType
public interface BackendContext {

  /**
   * Registers the calling thread as a reader of the policy.
   *
   * @param name the reader's name for people
   * @return the reader
   */
  SnapshotReader reader(String name);

  /**
   * Registers the calling thread as a reader whose answers count only while the revision they rest
   * on is in force, such as one that asks plugins. A change does not wait for it; a part that
   * leaves does.
   *
   * @param name the reader's name for people
   * @return the reader
   */
  default SnapshotReader onlooker(String name) {
    return reader(name);
  }

  /**
   * The source of subjects to use at this moment. It may change at any time; ask once per batch.
   *
   * @return the source, or empty if none is there
   */
  Optional<SubjectSource> subjects();

  /**
   * Hands over a fact for people. Dropped and counted if the ring is full.
   *
   * @param event the event
   */
  void record(FlowEvent event);

  /**
   * The counters of situations.
   *
   * @return the daemon's counters
   */
  FailCounters failures();

  /**
   * The counters of attribution.
   *
   * @return the daemon's counters
   */
  AttributionCounters attribution();

  /**
   * Our bits of the kernel's marks.
   *
   * @return the layout
   */
  MarkLayout marks();

  /**
   * The NFQUEUE number to use.
   *
   * @return 0 to 65535
   */
  int queueNumber();

  /**
   * A folder for the backend's own state; exists, only root may enter.
   *
   * @return an absolute path
   */
  Path stateFolder();

  /**
   * How long a part may be away before what it knows counts as unknown: the setting {@code
   * swap-grace}.
   *
   * @return 1 to 60 seconds
   */
  default Duration swapGrace() {
    return Duration.ofSeconds(5);
  }

  /**
   * How long packets wait for the first policy where {@code no-policy} says {@code hold}: the
   * setting {@code boot-deadline}.
   *
   * @return 1 to 600 seconds
   */
  default Duration bootDeadline() {
    return Duration.ofSeconds(10);
  }

  /**
   * What an earlier instance of a backend left behind.
   *
   * @return the daemon's leases
   */
  Leases leases();
}
