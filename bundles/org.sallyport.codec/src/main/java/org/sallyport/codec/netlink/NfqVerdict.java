// SPDX-License-Identifier: Apache-2.0
package org.sallyport.codec.netlink;

import java.nio.ByteBuffer;
import org.sallyport.codec.Bytes;

/**
 * Writes verdicts side by side, so that one send answers a whole batch while each packet keeps a
 * verdict of its own. NFQNL_MSG_VERDICT of {@code linux/netfilter/nfnetlink_queue.h}:
 *
 * <pre>
 *   +---------------------------------------------------------------+
 *  0|  nlmsghdr: length 32 or 40, type 0x0301, NLM_F_REQUEST        |  host order
 *   +---------------+---------------+-------------------------------+
 * 16|  family 0     |  version 0    |   res_id: queue number        |  network order
 *   +---------------+---------------+-------------------------------+
 * 20|  nlattr: length 12, type 2 (VERDICT_HDR)                      |  host order
 *   +---------------------------------------------------------------+
 * 24|  verdict                                                      |  network order
 * 28|  packet id                                                    |  network order
 *   +---------------------------------------------------------------+
 * 32|  nlattr: length 8, type 3 (MARK)                              |  only with a mark
 * 36|  mark                                                         |  network order
 *   +---------------------------------------------------------------+
 * </pre>
 *
 * <p>No acknowledgement is asked for: a good verdict is silent, a refused one comes back as
 * NLMSG_ERROR and does not stop the rest. Not thread-safe; the buffer is borrowed.
 */
public final class NfqVerdict {

  /** NF_DROP: the packet vanishes. */
  public static final int DROP = 0;

  /** NF_ACCEPT: the packet goes on behind the rule that queued it. */
  public static final int ACCEPT = 1;

  /** NF_REPEAT: the packet passes the hook again; needs a mark that keeps it from coming back. */
  public static final int REPEAT = 4;

  /** Length of a verdict with a mark: what one packet needs at most, in bytes. */
  public static final int MAX_LENGTH = 40;

  private static final int LENGTH = 32;
  private static final int TYPE = 3 << 8 | 1;
  private static final int QUEUE = 3;
  private static final int QUEUE_BYPASS = 0x8000;
  private static final int VERDICT_HDR = 2;
  private static final int MARK = 3;

  private final ByteBuffer buffer;
  private final int queueNumber;
  private int length;

  /**
   * Makes an empty batch.
   *
   * @param buffer where verdicts are written, from 0 to its limit
   * @param queueNumber the queue the packets are in, 0 to 65535
   */
  public NfqVerdict(ByteBuffer buffer, int queueNumber) {
    this.buffer = buffer;
    this.queueNumber = queueNumber;
  }

  /**
   * The verdict that moves a packet to another queue; it is dropped if nobody listens there.
   *
   * @param targetQueue 0 to 65535
   * @return the verdict
   */
  public static int toQueue(int targetQueue) {
    return targetQueue << 16 | QUEUE;
  }

  /**
   * The verdict that moves a packet to another queue, or accepts it if nobody listens there.
   *
   * @param targetQueue 0 to 65535
   * @return the verdict
   */
  public static int toQueueOrAccept(int targetQueue) {
    return targetQueue << 16 | QUEUE_BYPASS | QUEUE;
  }

  /** Empties the batch. */
  public void reset() {
    length = 0;
  }

  /**
   * How many bytes to send.
   *
   * @return bytes, 0 if the batch is empty
   */
  public int length() {
    return length;
  }

  /**
   * Adds a verdict that leaves the packet's mark alone.
   *
   * @param packetId the packet's id
   * @param verdict {@link #DROP}, {@link #ACCEPT}, {@link #REPEAT} or {@link #toQueue}
   * @return false if the buffer is full: nothing was written
   */
  public boolean add(int packetId, int verdict) {
    return put(packetId, verdict, LENGTH);
  }

  /**
   * Adds a verdict that sets the packet's mark. All 32 bits are replaced: the caller keeps those
   * that belong to others.
   *
   * @param packetId the packet's id
   * @param verdict as {@link #add(int, int)}
   * @param mark the whole new mark
   * @return false if the buffer is full: nothing was written
   */
  public boolean add(int packetId, int verdict, int mark) {
    int from = length;
    if (!put(packetId, verdict, MAX_LENGTH)) {
      return false;
    }
    Netlink.putAttribute(buffer, from + LENGTH, MARK, Integer.BYTES);
    Bytes.putI32Net(buffer, from + 36, mark);
    return true;
  }

  private boolean put(int packetId, int verdict, int messageLength) {
    if (!Bytes.fits(buffer, length, messageLength)) {
      return false;
    }
    int from = length;
    Netlink.putHeader(buffer, from, messageLength, TYPE << 16 | Netlink.FLAG_REQUEST, 0);
    Bytes.putU16Net(buffer, from + 16, 0);
    Bytes.putU16Net(buffer, from + 18, queueNumber);
    Netlink.putAttribute(buffer, from + 20, VERDICT_HDR, 8);
    Bytes.putI32Net(buffer, from + 24, verdict);
    Bytes.putI32Net(buffer, from + 28, packetId);
    length += messageLength;
    return true;
  }
}
