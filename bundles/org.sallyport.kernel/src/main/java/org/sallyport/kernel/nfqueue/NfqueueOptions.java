// SPDX-License-Identifier: Apache-2.0
package org.sallyport.kernel.nfqueue;

/**
 * How a queue is set up.
 *
 * @param copyRangeBytes how much of each packet is copied, from its IP header on: 60 to 65531
 * @param maxPackets how many packets may wait for a verdict, 1 or more
 * @param receiveBufferBytes the netlink socket's receive buffer, 4096 or more
 * @param failOpen whether the kernel lets packets pass when the queue is full
 */
public record NfqueueOptions(
    int copyRangeBytes, int maxPackets, int receiveBufferBytes, boolean failOpen) {

  /** Room for IPv4 or IPv6, some extension headers and TCP with options. */
  public static final int DEFAULT_COPY_RANGE_BYTES = 256;

  /** What a burst of new flows needs at 20 000 per second for some 0.4 s. */
  public static final int DEFAULT_MAX_PACKETS = 8192;

  /** Enough that the queue's length and not the socket is what limits a burst. */
  public static final int DEFAULT_RECEIVE_BUFFER_BYTES = 8 << 20;

  /** Checks ranges. */
  public NfqueueOptions {
    if (copyRangeBytes < 60 || copyRangeBytes > 65531) {
      throw new IllegalArgumentException(
          "a copy range is 60 to 65531 bytes, not " + copyRangeBytes);
    }
    if (maxPackets < 1) {
      throw new IllegalArgumentException("a queue holds at least 1 packet, not " + maxPackets);
    }
    if (receiveBufferBytes < 4096) {
      throw new IllegalArgumentException(
          "a receive buffer has at least 4096 bytes, not " + receiveBufferBytes);
    }
  }

  /**
   * The defaults, failing closed.
   *
   * @return the options
   */
  public static NfqueueOptions defaults() {
    return new NfqueueOptions(
        DEFAULT_COPY_RANGE_BYTES, DEFAULT_MAX_PACKETS, DEFAULT_RECEIVE_BUFFER_BYTES, false);
  }

  /**
   * The same with another choice for a full queue.
   *
   * @param open whether packets pass then
   * @return the options
   */
  public NfqueueOptions withFailOpen(boolean open) {
    return new NfqueueOptions(copyRangeBytes, maxPackets, receiveBufferBytes, open);
  }

  /**
   * The length a receive slot needs for one packet with its attributes.
   *
   * @return bytes; the security label and the connection's record, which has another label in it,
   *     may take the larger part of what is added
   */
  public int slotLength() {
    return (copyRangeBytes + 1536 + 63) & ~63;
  }
}
