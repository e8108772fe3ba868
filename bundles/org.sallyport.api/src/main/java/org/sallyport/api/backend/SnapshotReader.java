// SPDX-License-Identifier: Apache-2.0
package org.sallyport.api.backend;

import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;
import org.sallyport.api.decision.PolicySnapshot;

/**
 * One thread's reader of the current policy. Between {@link #begin} and {@link #end} the snapshot
 * is in use; a change is in force once no reader uses an older one. Never block in between.
 * Confined to one thread.
 */
@ProviderType
public interface SnapshotReader extends AutoCloseable {

  /**
   * Starts using the current policy. Call after receiving packets, so that what was queued after a
   * change is judged by it.
   *
   * @return the snapshot, or empty while none has been published
   */
  Optional<PolicySnapshot> begin();

  /** Stops using it: every verdict that rests on it has been handed to the kernel. */
  void end();

  /** Takes this reader off the list; idempotent. */
  @Override
  void close();
}
