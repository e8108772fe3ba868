// SPDX-License-Identifier: Apache-2.0
package org.sallyport.nfqueue.internal.loop;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.sallyport.api.packet.IpAddress;

/** Builds what the kernel sends for a queued packet, byte by byte. */
final class Frames {

  static final int UID = 1000;
  static final int UNDECIDED = 0x10000000;
  private static final int INTERFACE = 1;

  private Frames() {}

  /** A packet as its bytes on the wire, from the IP header on. */
  static byte[] udp(int localPort, int remotePort) {
    ByteBuffer ip = ipv4(17, 8);
    ip.putShort(20, (short) localPort).putShort(22, (short) remotePort).putShort(24, (short) 8);
    return bytes(ip);
  }

  static byte[] tcpSyn(int localPort, int remotePort) {
    return tcp(localPort, remotePort, 2);
  }

  static byte[] tcp(int localPort, int remotePort, int flags) {
    ByteBuffer ip = ipv4(6, 20);
    ip.putShort(20, (short) localPort).putShort(22, (short) remotePort);
    ip.put(32, (byte) 0x50).put(33, (byte) flags);
    return bytes(ip);
  }

  static byte[] ping() {
    return bytes(ipv4(1, 8).put(20, (byte) 8));
  }

  static byte[] udpV6(int localPort, int remotePort) {
    ByteBuffer ip = ByteBuffer.allocate(48);
    ip.put(0, (byte) 0x60).putShort(4, (short) 8).put(6, (byte) 17).put(7, (byte) 64);
    ip.put(8, IpAddress.parse("fd00::1").toBytes()).put(24, IpAddress.parse("fd00::2").toBytes());
    ip.putShort(40, (short) localPort).putShort(42, (short) remotePort).putShort(44, (short) 8);
    return bytes(ip);
  }

  private static byte[] bytes(ByteBuffer packet) {
    byte[] copy = new byte[packet.capacity()];
    packet.get(0, copy);
    return copy;
  }

  private static ByteBuffer ipv4(int protocol, int payload) {
    ByteBuffer ip = ByteBuffer.allocate(20 + payload);
    ip.put(0, (byte) 0x45).putShort(2, (short) (20 + payload)).put(8, (byte) 64);
    ip.put(9, (byte) protocol).putInt(12, 0x0a000001).putInt(16, 0x0a000002);
    return ip;
  }

  /** The netlink message about a packet of a program. */
  static byte[] queued(int id, byte[] packet) {
    return queued(id, UNDECIDED, packet);
  }

  /**
   * The proof of generation 1 as packets carry it at the queue, with R: nat OUTPUT rewrote them.
   */
  static final int REWRITTEN = 0xa0010000;

  static byte[] queued(int id, int mark, byte[] packet) {
    return queued(id, mark, packet, new byte[0]);
  }

  /** The record of a TCP or UDP connection, where the packet's own addresses are 10.0.0.1 and 2. */
  static byte[] connection(int protocol, int localPort, String sentTo, int sentToPort) {
    byte[] receiver = IpAddress.parse(sentTo).toBytes();
    ByteBuffer out = ByteBuffer.allocate(96).order(ByteOrder.nativeOrder());
    attribute(out, 1, 20 + 28); // CTA_TUPLE_ORIG
    attribute(out, 1, 16);
    number(out, 1, 0x0a000001);
    attribute(out, 2, 4).put(receiver, receiver.length - 4, 4);
    attribute(out, 2, 24);
    attribute(out, 1, 1).put((byte) protocol);
    pad(out);
    attribute(out, 2, 2).putShort(Short.reverseBytes((short) localPort));
    pad(out);
    attribute(out, 3, 2).putShort(Short.reverseBytes((short) sentToPort));
    pad(out);
    byte[] record = new byte[out.position()];
    out.get(0, record);
    return record;
  }

  /** The same with the connection's record, as kernels give it that can. */
  static byte[] queued(int id, int mark, byte[] packet, byte[] connection) {
    ByteBuffer out = ByteBuffer.allocate(1024).order(ByteOrder.nativeOrder()).position(16);
    out.put((byte) 2).put((byte) 0).putShort(Short.reverseBytes((short) TestContext.QUEUE));
    attribute(out, 1, 7).put(header(id));
    pad(out);
    number(out, 3, mark);
    number(out, 6, INTERFACE);
    number(out, 16, UID);
    number(out, 17, UID);
    if (connection.length > 0) {
      attribute(out, 11, connection.length).put(connection);
      pad(out);
      number(out, 12, 2); // IP_CT_NEW
    }
    attribute(out, 10, packet.length).put(packet);
    pad(out);
    return finish(out, 3 << 8);
  }

  private static byte[] header(int id) {
    return ByteBuffer.allocate(7).putInt(id).putShort((short) 0x0800).put((byte) 3).array();
  }

  /** A message of the queue's type with no id in it. */
  static byte[] withoutId() {
    ByteBuffer out = ByteBuffer.allocate(64).order(ByteOrder.nativeOrder()).position(16);
    out.putInt(0);
    number(out, 3, 1);
    return finish(out, 3 << 8);
  }

  /** What the kernel says of a verdict it did not take. */
  static byte[] error(int errno) {
    ByteBuffer out = ByteBuffer.allocate(64).order(ByteOrder.nativeOrder()).position(16);
    out.putInt(-errno).putLong(0).putLong(0);
    return finish(out, 2);
  }

  private static byte[] finish(ByteBuffer out, int type) {
    byte[] message = new byte[out.position()];
    out.putInt(0, message.length).putShort(4, (short) type);
    out.get(0, message);
    return message;
  }

  private static void number(ByteBuffer out, int type, int value) {
    attribute(out, type, 4).putInt(Integer.reverseBytes(value));
  }

  private static ByteBuffer attribute(ByteBuffer out, int type, int length) {
    return out.putShort((short) (4 + length)).putShort((short) type);
  }

  private static void pad(ByteBuffer out) {
    while (out.position() % 4 != 0) {
      out.put((byte) 0);
    }
  }
}
