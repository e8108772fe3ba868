// SPDX-License-Identifier: Apache-2.0
package org.sallyport.codec.netlink;

import java.nio.ByteBuffer;
import org.sallyport.codec.Bytes;

/**
 * Writes requests that set up a queue: NFQNL_MSG_CONFIG of {@code
 * linux/netfilter/nfnetlink_queue.h}, one per buffer, each with one setting:
 *
 * <pre>
 *   +---------------------------------------------------------------+
 *  0|  nlmsghdr: type 0x0302, NLM_F_REQUEST [| NLM_F_ACK]           |  host order
 *   +---------------+---------------+-------------------------------+
 * 16|  family 0     |  version 0    |   res_id: queue number        |  network order
 *   +---------------+---------------+-------------------------------+
 * 20|  one of:   1 CMD           u8 1 bind / 2 unbind, u8 0, be16 pf
 *   |            2 PARAMS        be32 copy range, u8 copy mode (5 bytes, packed)
 *   |            3 QUEUE_MAXLEN  be32
 *   |            4 MASK be32  and  5 FLAGS be32
 * </pre>
 *
 * <p>Flags are set one per message: the kernel refuses a message as a whole when it does not know
 * one of them. Not thread-safe; the buffer is borrowed.
 */
public final class NfqConfig {

  /** NFQA_CFG_F_FAIL_OPEN: a full queue lets packets pass. */
  public static final int FLAG_FAIL_OPEN = 1;

  /** NFQA_CFG_F_CONNTRACK: packets carry the record of their connection. */
  public static final int FLAG_CONNTRACK = 2;

  /** NFQA_CFG_F_GSO: large packets come whole. */
  public static final int FLAG_GSO = 4;

  /** NFQA_CFG_F_UID_GID: packets carry their socket's owner. */
  public static final int FLAG_UID_GID = 8;

  /** NFQA_CFG_F_SECCTX: packets carry their sender's label. */
  public static final int FLAG_SECCTX = 16;

  /** What a buffer must hold at least, in bytes. */
  public static final int MAX_LENGTH = 36;

  private static final int TYPE = 3 << 8 | 2;
  private static final int VALUE = 24;
  private static final int CMD = 1;
  private static final int PARAMS = 2;
  private static final int QUEUE_MAXLEN = 3;
  private static final int MASK = 4;
  private static final int FLAGS = 5;
  private static final int BIND = 1;
  private static final int UNBIND = 2;
  private static final int COPY_PACKET = 2;

  private final ByteBuffer buffer;
  private final int queueNumber;

  /**
   * Makes an encoder for one queue.
   *
   * @param buffer where each request is written, from 0; at least {@link #MAX_LENGTH} bytes
   * @param queueNumber 0 to 65535
   */
  public NfqConfig(ByteBuffer buffer, int queueNumber) {
    this.buffer = buffer;
    this.queueNumber = queueNumber;
  }

  /**
   * Writes the request that makes the sending socket the queue's owner.
   *
   * @param sequence comes back in the acknowledgement
   * @return the message's length in bytes
   */
  public int bind(int sequence) {
    return command(BIND, sequence);
  }

  /**
   * Writes the request that gives the queue up; packets held in it are dropped.
   *
   * @param sequence comes back in the acknowledgement
   * @return the message's length in bytes
   */
  public int unbind(int sequence) {
    return command(UNBIND, sequence);
  }

  private int command(int command, int sequence) {
    Netlink.putAttribute(buffer, VALUE - 4, CMD, 4);
    Bytes.putI32Net(buffer, VALUE, command << 24);
    return finish(28, Netlink.FLAG_ACK, sequence);
  }

  /**
   * Writes the request to deliver packets, up to a length. It is not acknowledged: from here on
   * packets may come in front of an acknowledgement. A refusal is reported all the same.
   *
   * @param copyRangeBytes how much of each packet is copied, 1 to 65531
   * @param sequence comes back in a refusal
   * @return the message's length in bytes
   */
  public int copyPackets(int copyRangeBytes, int sequence) {
    Netlink.putAttribute(buffer, VALUE - 4, PARAMS, 5);
    Bytes.putI32Net(buffer, VALUE, copyRangeBytes);
    Bytes.putI32Net(buffer, VALUE + 4, COPY_PACKET << 24);
    return finish(32, 0, sequence);
  }

  /**
   * Writes the request for the number of packets that may wait for a verdict.
   *
   * @param packets 1 or more
   * @param sequence comes back in the acknowledgement
   * @return the message's length in bytes
   */
  public int maxLength(int packets, int sequence) {
    return maxLength(packets, Netlink.FLAG_ACK, sequence);
  }

  /**
   * Writes the same request to be sent while packets flow: only a refusal is reported.
   *
   * @param packets 1 or more
   * @param sequence comes back in a refusal
   * @return the message's length in bytes
   */
  public int maxLengthUnacknowledged(int packets, int sequence) {
    return maxLength(packets, 0, sequence);
  }

  private int maxLength(int packets, int messageFlags, int sequence) {
    Netlink.putAttribute(buffer, VALUE - 4, QUEUE_MAXLEN, Integer.BYTES);
    Bytes.putI32Net(buffer, VALUE, packets);
    return finish(28, messageFlags, sequence);
  }

  /**
   * Writes the request that switches one flag, acknowledged.
   *
   * @param flag one of the FLAG constants
   * @param on whether to set or to clear it
   * @param sequence comes back in the acknowledgement
   * @return the message's length in bytes
   */
  public int flag(int flag, boolean on, int sequence) {
    return flag(flag, on, Netlink.FLAG_ACK, sequence);
  }

  /**
   * Writes the request that switches one flag while packets flow: only a refusal is reported.
   *
   * @param flag one of the FLAG constants
   * @param on whether to set or to clear it
   * @param sequence comes back in a refusal
   * @return the message's length in bytes
   */
  public int flagUnacknowledged(int flag, boolean on, int sequence) {
    return flag(flag, on, 0, sequence);
  }

  private int flag(int flag, boolean on, int messageFlags, int sequence) {
    Netlink.putAttribute(buffer, VALUE - 4, MASK, Integer.BYTES);
    Bytes.putI32Net(buffer, VALUE, flag);
    Netlink.putAttribute(buffer, VALUE + 4, FLAGS, Integer.BYTES);
    Bytes.putI32Net(buffer, VALUE + 8, on ? flag : 0);
    return finish(36, messageFlags, sequence);
  }

  private int finish(int length, int flags, int sequence) {
    Netlink.putHeader(buffer, 0, length, TYPE << 16 | Netlink.FLAG_REQUEST | flags, sequence);
    Bytes.putU16Net(buffer, 16, 0);
    Bytes.putU16Net(buffer, 18, queueNumber);
    return length;
  }
}
