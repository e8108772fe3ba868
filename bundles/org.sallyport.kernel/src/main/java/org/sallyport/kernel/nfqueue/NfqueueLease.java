// SPDX-License-Identifier: Apache-2.0
package org.sallyport.kernel.nfqueue;

import java.util.Objects;

/**
 * The two queues of a packet agent between two of its lives. Nobody serves them meanwhile: packets
 * wait in the kernel. Of this bundle, which outlives what uses it, so that an agent can be replaced
 * by one of another version.
 *
 * @param fast the queue our rules lead to
 * @param parking the queue where packets wait for an answer
 */
public record NfqueueLease(NfqueueSocket fast, NfqueueSocket parking) implements AutoCloseable {

  /** Refuses null. */
  public NfqueueLease {
    Objects.requireNonNull(fast, "fast");
    Objects.requireNonNull(parking, "parking");
  }

  /** Gives both queues up: the kernel drops what waits in them. */
  @Override
  public void close() {
    fast.close();
    parking.close();
  }
}
