// SPDX-License-Identifier: Apache-2.0
package org.sallyport.api.subject;

import java.io.IOException;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * A way to find who is behind a flow, registered as an OSGi service; the one with the highest
 * {@code service.ranking} is used. The service itself is thread-safe; what {@link #open} returns is
 * not.
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
}
