// SPDX-License-Identifier: Apache-2.0
package org.sallyport.attribution.bpf.internal;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.SecureRandom;
import java.util.Arrays;
import org.sallyport.api.packet.PacketView;

/**
 * How a packet begins, all its addresses, identifiers, sequence numbers and the start of what it
 * carries, and how long it is: two packets that agree in this can be told apart by nobody who looks
 * at their first 96 bytes. Transport checksums are left out, which the kernel may fill in between
 * the tap and the queue. Reused; owned by one thread.
 */
final class Fingerprint {

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());

  /** So that nobody can make packets that all stand in one place of a table. */
  private static final long SEED = new SecureRandom().nextLong();

  private static final int BYTES = Layout.PACKET_START_BYTES;
  private static final int IPV4_LEAST = 20;
  private static final int IPV6_HEADER = 40;
  private static final int FRAGMENT_BITS = 0x1fff;
  private static final int TCP = 6;
  private static final int UDP = 17;
  private static final int SCTP = 132;
  private static final int UDPLITE = 136;
  private static final int TCP_FLAGS = 13;
  private static final int SYN_AND_ACK = 0x12;
  private static final int SYN = 0x02;

  private final byte[] start = new byte[BYTES];
  private long length;
  private int hash;
  private int protocol;
  private int transportAt;

  /** Takes a packet from the queue; false if too little of it is there. */
  boolean take(PacketView packet) {
    int there = packet.copyStart(start);
    length = packet.packetLength();
    return there == Math.min(length, BYTES) && settle(there);
  }

  /** Takes what the tap copied of a packet; the rest of it is 0. */
  boolean take(ByteBuffer memory, int at, int packetLength) {
    memory.get(at, start);
    length = Integer.toUnsignedLong(packetLength);
    return settle((int) Math.min(length, BYTES));
  }

  void take(Fingerprint other) {
    System.arraycopy(other.start, 0, start, 0, BYTES);
    length = other.length;
    hash = other.hash;
    protocol = other.protocol;
    transportAt = other.transportAt;
  }

  private boolean settle(int there) {
    Arrays.fill(start, there, BYTES, (byte) 0);
    if (there < IPV4_LEAST) {
      return false;
    }
    boolean v6 = (start[0] & 0xf0) == 0x60;
    protocol = v6 ? start[6] & 0xff : start[9] & 0xff;
    int fragment = (start[6] & 0xff) << 8 | (start[7] & 0xff);
    boolean later = !v6 && (fragment & FRAGMENT_BITS) != 0;
    transportAt = later ? BYTES : v6 ? IPV6_HEADER : (start[0] & 0xf) << 2;
    switch (protocol) {
      case UDP, UDPLITE -> clear(6, 2);
      case TCP -> clear(16, 2);
      case SCTP -> clear(8, 4);
      default -> {
        // its checksum, if it has one, is there from the start
      }
    }
    long sum = length ^ SEED;
    for (int at = 0; at < BYTES; at += Long.BYTES) {
      sum = (sum ^ (long) LONG.get(start, at)) * 0x9e3779b97f4a7c15L;
      sum ^= sum >>> 29;
    }
    hash = (int) (sum >>> 32);
    return true;
  }

  private void clear(int offset, int count) {
    for (int i = transportAt + offset; i < Math.min(transportAt + offset + count, BYTES); i++) {
      start[i] = 0;
    }
  }

  /** For tables; that two are the same only {@link #isSame} tells. */
  int hash() {
    return hash;
  }

  boolean isSame(Fingerprint other) {
    return hash == other.hash && length == other.length && Arrays.equals(start, other.start);
  }

  /** The protocol's number; of IPv6 that of the next header, whatever it is. */
  int protocol() {
    return protocol;
  }

  boolean isUdp() {
    return protocol == UDP || protocol == UDPLITE;
  }

  boolean isTcp() {
    return protocol == TCP;
  }

  /** Whether it opens a TCP connection: SYN without ACK. The tap tells of no other segment. */
  boolean opensTcp() {
    return isTcp()
        && transportAt + TCP_FLAGS < BYTES
        && (start[transportAt + TCP_FLAGS] & SYN_AND_ACK) == SYN;
  }

  /**
   * Writes version, addresses and ports as a proof names them.
   *
   * @param key where to, see {@link Layout}; the other fields are left as they are
   * @return false if it is no plain datagram of UDP: nothing is proven for it
   */
  boolean describe(ByteBuffer key) {
    boolean v6 = (start[0] & 0xf0) == 0x60;
    boolean fragment = !v6 && ((start[6] & 0x3f) | start[7]) != 0;
    if (protocol != UDP || fragment || transportAt + Integer.BYTES > BYTES) {
      return false;
    }
    int width = v6 ? 16 : Integer.BYTES;
    int from = v6 ? 8 : 12;
    key.putLong(Layout.PROOF_SOURCE + Long.BYTES, 0).putLong(Layout.PROOF_SOURCE, 0);
    key.putLong(Layout.PROOF_TARGET + Long.BYTES, 0).putLong(Layout.PROOF_TARGET, 0);
    key.put(Layout.PROOF_SOURCE, start, from, width);
    key.put(Layout.PROOF_TARGET, start, from + width, width);
    key.put(Layout.PROOF_PORTS, start, transportAt, Integer.BYTES);
    key.putInt(Layout.PROOF_VERSION, v6 ? 6 : 4);
    return true;
  }

  /** The port it comes from, of a protocol that has ports; -1 if it is a later fragment. */
  int sourcePort() {
    return transportAt + 1 < BYTES
        ? (start[transportAt] & 0xff) << 8 | (start[transportAt + 1] & 0xff)
        : -1;
  }
}
