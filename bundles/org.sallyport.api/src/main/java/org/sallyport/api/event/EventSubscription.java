// SPDX-License-Identifier: Apache-2.0
package org.sallyport.api.event;

import java.time.Duration;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;

/** One reader's bounded queue of events. */
@ProviderType
public interface EventSubscription extends AutoCloseable {

  /**
   * Waits for the next event.
   *
   * @param timeout how long at most
   * @return the event, or empty if none came in time
   * @throws InterruptedException if the thread is interrupted while it waits
   */
  Optional<FlowEvent> next(Duration timeout) throws InterruptedException;

  /**
   * Events this reader missed because it was slow.
   *
   * @return at least 0
   */
  long lost();

  /** Ends the subscription; idempotent. */
  @Override
  void close();
}
