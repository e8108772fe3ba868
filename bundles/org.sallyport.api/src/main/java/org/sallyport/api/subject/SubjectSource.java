// SPDX-License-Identifier: Apache-2.0
package org.sallyport.api.subject;

import java.io.IOException;
import java.util.Optional;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * A way to find who is behind a flow, registered as an OSGi service; the one with the highest
 * {@code service.ranking} is used, unless a person chose another. The service itself is
 * thread-safe; what {@link #open} returns is not.
 */
@ConsumerType
public interface SubjectSource {

  /**
   * The source's name in status and explanations.
   *
   * @return for example {@code sockdiag}
   */
  String name();

  /**
   * Opens a lookup for one thread. Called once per packet agent and per attribution worker.
   *
   * @return a lookup with its own kernel sockets
   * @throws IOException if the kernel refuses what the lookup needs
   */
  SubjectLookup open() throws IOException;

  /**
   * Why this source is not to be used on this host, as it found when it tried itself. Asked when
   * the service comes, and does not change.
   *
   * @return a sentence for people; empty if it can be used
   */
  default Optional<String> unavailable() {
    return Optional.empty();
  }

  /**
   * Whether flows should wait for this source while it is being replaced. Not so where it could not
   * tell afterwards what was sent meanwhile: then the next one is asked at once.
   *
   * @return whether it is worth waiting for
   */
  default boolean isWorthWaitingFor() {
    return true;
  }

  /**
   * What this source has counted, for people.
   *
   * @return a few words with numbers; empty if it counts nothing of its own
   */
  default String figures() {
    return "";
  }

  /**
   * What the kernel is to run for each packet before it is queued, so that this source knows more
   * of it. Without, the source works too, if not as well.
   *
   * @return the tap; empty if the source needs none
   */
  default Optional<KernelTap> tap() {
    return Optional.empty();
  }
}
