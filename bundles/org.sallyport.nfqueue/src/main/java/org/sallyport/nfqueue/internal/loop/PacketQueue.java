// SPDX-License-Identifier: Apache-2.0
package org.sallyport.nfqueue.internal.loop;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * What the agent needs of a kernel queue. One thread uses it. An IOException means that the queue
 * is lost.
 */
public interface PacketQueue {

  /**
   * Takes what is there, without waiting.
   *
   * @return how many datagrams were received; their contents last until the next call
   * @throws IOException if the queue is lost
   */
  int receive() throws IOException;

  /**
   * Whether the last {@link #receive} took all there was.
   *
   * @return false if more may have been there
   */
  boolean isEmptied();

  /**
   * The memory of a received datagram.
   *
   * @param index below what {@link #receive} returned
   * @return the datagram from 0 on; use absolute access only
   */
  ByteBuffer datagram(int index);

  /**
   * The length of a received datagram.
   *
   * @param index below what {@link #receive} returned
   * @return bytes
   */
  int length(int index);

  /**
   * Where verdicts are written, from 0.
   *
   * @return always the same buffer
   */
  ByteBuffer verdicts();

  /**
   * Hands the kernel what stands in {@link #verdicts}; in force when this returns.
   *
   * @param length bytes
   * @throws IOException if the queue is lost
   */
  void send(int length) throws IOException;

  /**
   * How many packets the kernel dropped since they found no room in the queue or the receive
   * buffer.
   *
   * @return a count since the queue was bound
   */
  long lost();
}
