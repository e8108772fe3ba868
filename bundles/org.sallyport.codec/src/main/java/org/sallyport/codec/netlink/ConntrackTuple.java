// SPDX-License-Identifier: Apache-2.0
package org.sallyport.codec.netlink;

import java.nio.ByteBuffer;
import org.sallyport.codec.Bytes;

/**
 * The addresses of one direction of a connection: CTA_TUPLE_ORIG or CTA_TUPLE_REPLY of {@code
 * linux/netfilter/nfnetlink_conntrack.h}, two nested attributes whose values are in network order:
 *
 * <pre>
 *   CTA_TUPLE_IP (1):     IPv4 source (1), destination (2), 4 bytes; IPv6 source (3), destination (4), 16
 *   CTA_TUPLE_PROTO (2):  number (1), 1 byte; source port (2), destination port (3), 2 bytes
 * </pre>
 *
 * <p>Addresses are two longs, IPv4 as {@code ::ffff:a.b.c.d}. Not thread-safe; the buffer is
 * borrowed.
 */
public final class ConntrackTuple {

  private static final int ORIGINAL = 1;
  private static final int IP = 1;
  private static final int PROTO = 2;
  private static final int V4_SOURCE = 1;
  private static final int V4_DESTINATION = 2;
  private static final int V6_SOURCE = 3;
  private static final int V6_DESTINATION = 4;
  private static final int NUMBER = 1;

  // Which addresses and ports were seen: two of one side leave the other as an earlier tuple had
  // it.
  private static final int SOURCE = 1;
  private static final int DESTINATION = 2;

  private static final int SOURCE_PORT = 2;
  private static final int DESTINATION_PORT = 3;
  private static final int V4_LENGTH = 4;
  private static final int V6_LENGTH = 16;
  private static final long MAPPED = 0xffff_0000_0000L;
  private static final long LOW_HALF = 0xffff_ffffL;

  private final NetlinkAttributes parts = new NetlinkAttributes();
  private final NetlinkAttributes outer = new NetlinkAttributes();
  private final NetlinkAttributes inner = new NetlinkAttributes();
  private ByteBuffer buffer = ByteBuffer.allocate(0);
  private int protocol;
  private int ports;
  private int sourcePort;
  private int destinationPort;
  private long sourceHigh;
  private long sourceLow;
  private long destinationHigh;
  private long destinationLow;

  /** Makes a reader that stands on nothing. */
  public ConntrackTuple() {}

  /**
   * Reads a tuple.
   *
   * @param message holds it
   * @param offset where the value of the tuple's attribute starts
   * @param length how long it is, bytes
   * @return what is wrong with it; the getters are good only after {@link NetlinkFault#NONE}
   */
  public NetlinkFault wrap(ByteBuffer message, int offset, int length) {
    buffer = message;
    protocol = -1;
    ports = 0;
    sourcePort = 0;
    destinationPort = 0;
    int addresses = 0;
    outer.wrap(message, offset, length);
    while (outer.next()) {
      if (outer.type() != IP && outer.type() != PROTO) {
        continue; // a zone is a plain number
      }
      inner.wrap(message, outer.valueOffset(), outer.valueLength());
      while (inner.next()) {
        if (outer.type() == IP) {
          addresses |= address(inner.type(), inner.valueOffset(), inner.valueLength());
        } else if (outer.type() == PROTO) {
          transport(inner.type(), inner.valueOffset(), inner.valueLength());
        }
      }
      if (inner.fault() != NetlinkFault.NONE) {
        return inner.fault();
      }
    }
    if (outer.fault() != NetlinkFault.NONE) {
      return outer.fault();
    }
    return addresses == (SOURCE | DESTINATION) && protocol >= 0
        ? NetlinkFault.NONE
        : NetlinkFault.TRUNCATED;
  }

  /**
   * Reads the tuple of the direction the connection was opened in.
   *
   * @param message holds the connection's record
   * @param offset where its first attribute starts, CTA_TUPLE_ORIG (1) among them
   * @param length how long all of them are, bytes
   * @return as {@link #wrap}; {@link NetlinkFault#TRUNCATED} too if there is no such tuple
   */
  public NetlinkFault wrapOriginal(ByteBuffer message, int offset, int length) {
    NetlinkFault fault = NetlinkFault.TRUNCATED;
    parts.wrap(message, offset, length);
    while (parts.next()) {
      if (parts.type() == ORIGINAL) {
        fault = wrap(message, parts.valueOffset(), parts.valueLength());
      }
    }
    return parts.fault() == NetlinkFault.NONE ? fault : parts.fault();
  }

  private int address(int type, int at, int length) {
    boolean v4 = length == V4_LENGTH && (type == V4_SOURCE || type == V4_DESTINATION);
    boolean v6 = length == V6_LENGTH && (type == V6_SOURCE || type == V6_DESTINATION);
    if (!v4 && !v6) {
      return 0;
    }
    long high = v4 ? 0 : Bytes.i64Net(buffer, at);
    long low = v4 ? MAPPED | (Bytes.i32Net(buffer, at) & LOW_HALF) : Bytes.i64Net(buffer, at + 8);
    if (type == V4_SOURCE || type == V6_SOURCE) {
      sourceHigh = high;
      sourceLow = low;
      return SOURCE;
    }
    destinationHigh = high;
    destinationLow = low;
    return DESTINATION;
  }

  private void transport(int type, int at, int length) {
    if (type == NUMBER && length == 1) {
      protocol = Bytes.u8(buffer, at);
    } else if (type == SOURCE_PORT && length == Short.BYTES) {
      sourcePort = Bytes.u16Net(buffer, at);
      ports |= SOURCE;
    } else if (type == DESTINATION_PORT && length == Short.BYTES) {
      destinationPort = Bytes.u16Net(buffer, at);
      ports |= DESTINATION;
    }
  }

  /**
   * The transport protocol.
   *
   * @return its number, 0 to 255
   */
  public int protocol() {
    return protocol;
  }

  /**
   * Whether the connection has ports.
   *
   * @return true if the ports may be asked
   */
  public boolean hasPorts() {
    return ports == (SOURCE | DESTINATION);
  }

  /**
   * The sender's port.
   *
   * @return 0 to 65535
   */
  public int sourcePort() {
    return sourcePort;
  }

  /**
   * The receiver's port.
   *
   * @return 0 to 65535
   */
  public int destinationPort() {
    return destinationPort;
  }

  /**
   * The sender's address.
   *
   * @return its upper 64 bits
   */
  public long sourceHigh() {
    return sourceHigh;
  }

  /**
   * The sender's address.
   *
   * @return its lower 64 bits
   */
  public long sourceLow() {
    return sourceLow;
  }

  /**
   * The receiver's address.
   *
   * @return its upper 64 bits
   */
  public long destinationHigh() {
    return destinationHigh;
  }

  /**
   * Whether the receiver's address is of IPv4.
   *
   * @return false for IPv6
   */
  public boolean destinationIsV4() {
    return destinationHigh == 0 && destinationLow >>> Integer.SIZE == MAPPED >>> Integer.SIZE;
  }

  /**
   * The receiver's address.
   *
   * @return its lower 64 bits
   */
  public long destinationLow() {
    return destinationLow;
  }
}
