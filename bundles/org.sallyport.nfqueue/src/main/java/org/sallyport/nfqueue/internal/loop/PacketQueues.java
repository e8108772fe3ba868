// SPDX-License-Identifier: Apache-2.0
package org.sallyport.nfqueue.internal.loop;

import java.io.Closeable;
import java.io.IOException;

/**
 * The two queues an agent serves, and what it waits by. One thread uses them; {@link #wake} may be
 * called by any.
 */
public interface PacketQueues extends Closeable {

  /**
   * The queue our rules lead to.
   *
   * @return always the same queue
   */
  PacketQueue fast();

  /**
   * The queue where packets wait; its number is that of the other one and 1.
   *
   * @return always the same queue
   */
  PacketQueue parking();

  /**
   * Waits until packets are there or somebody wakes the agent.
   *
   * @param timeoutNs how long at most, nanoseconds
   * @throws IOException if the queues are lost
   */
  void await(long timeoutNs) throws IOException;

  /** Ends {@link #await}, now or the next time. */
  void wake();

  /**
   * What the kernel lost since its table of connections was full.
   *
   * @return a count since the kernel's start
   */
  long connectionsLost();

  /** Gives the queues up: the kernel drops what waits in them. Idempotent. */
  @Override
  void close();
}
