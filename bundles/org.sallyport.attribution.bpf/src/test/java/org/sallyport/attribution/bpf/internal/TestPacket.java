// SPDX-License-Identifier: Apache-2.0
package org.sallyport.attribution.bpf.internal;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.OptionalInt;
import org.sallyport.api.packet.Direction;
import org.sallyport.api.packet.Endpoint;
import org.sallyport.api.packet.Flow;
import org.sallyport.api.packet.IpAddress;
import org.sallyport.api.packet.PacketView;

/** An IPv4 packet as a test describes it, from 192.0.2.1 to 192.0.2.2. */
final class TestPacket implements PacketView {

  private static final int UDP = 17;
  private static final int TCP = 6;
  private static final int IP_HEADER = 20;

  private final byte[] bytes;
  private final Direction direction;
  private final boolean owned;
  private final boolean firstLook;

  private TestPacket(byte[] bytes, Direction direction, boolean owned, boolean firstLook) {
    this.bytes = bytes;
    this.direction = direction;
    this.owned = owned;
    this.firstLook = firstLook;
  }

  /** A datagram from port 1000 to 53. */
  static TestPacket udp(String payload) {
    byte[] data = payload.getBytes(StandardCharsets.US_ASCII);
    byte[] all = new byte[IP_HEADER + 8 + data.length];
    ByteBuffer bytes = header(all, UDP);
    bytes.putShort(IP_HEADER + 4, (short) (8 + data.length)).put(IP_HEADER + 8, data);
    return new TestPacket(all, Direction.OUT, true, true);
  }

  /** A segment from port 1000 to 53. */
  static TestPacket tcp(int flags, int sequence) {
    byte[] all = new byte[IP_HEADER + 20];
    ByteBuffer bytes = header(all, TCP);
    bytes.putInt(IP_HEADER + 4, sequence).put(IP_HEADER + 13, (byte) flags);
    return new TestPacket(all, Direction.OUT, true, true);
  }

  private static ByteBuffer header(byte[] all, int protocol) {
    ByteBuffer bytes = ByteBuffer.wrap(all);
    bytes.put(0, (byte) 0x45).putShort(2, (short) bytes.capacity()).put(9, (byte) protocol);
    bytes.putInt(12, 0xc0000201).putInt(16, 0xc0000202);
    return bytes.putShort(IP_HEADER, (short) 1000).putShort(IP_HEADER + 2, (short) 53);
  }

  /** The same packet, looked at again. */
  TestPacket again() {
    return new TestPacket(bytes, direction, owned, false);
  }

  TestPacket withoutOwner() {
    return new TestPacket(bytes, direction, false, firstLook);
  }

  /** With the checksum that the kernel fills in before the queue copies it. */
  TestPacket summed() {
    byte[] copy = bytes.clone();
    ByteBuffer.wrap(copy).putShort(IP_HEADER + (protocol() == UDP ? 6 : 16), (short) 0xbeef);
    return new TestPacket(copy, direction, owned, firstLook);
  }

  @Override
  public Direction direction() {
    return direction;
  }

  @Override
  public boolean hasOwner() {
    return owned;
  }

  @Override
  public boolean isFirstLook() {
    return firstLook;
  }

  @Override
  public int copyStart(byte[] target) {
    int length = Math.min(target.length, bytes.length);
    System.arraycopy(bytes, 0, target, 0, length);
    return length;
  }

  @Override
  public long packetLength() {
    return bytes.length;
  }

  @Override
  public long ownerUserId() {
    return 1000;
  }

  @Override
  public long ownerGroupId() {
    return 1001;
  }

  @Override
  public int protocol() {
    return bytes[9];
  }

  @Override
  public Flow toFlow() {
    return new Flow(
        direction,
        protocol(),
        end("192.0.2.1", 1000),
        end("192.0.2.2", 53),
        OptionalInt.empty(),
        "eth0");
  }

  private static Endpoint end(String address, int port) {
    return new Endpoint(IpAddress.parse(address), OptionalInt.of(port));
  }

  @Override
  public long localHigh() {
    return toFlow().localHigh();
  }

  @Override
  public long localLow() {
    return toFlow().localLow();
  }

  @Override
  public boolean knowsRemote() {
    return toFlow().knowsRemote();
  }

  @Override
  public long remoteHigh() {
    return toFlow().remoteHigh();
  }

  @Override
  public long remoteLow() {
    return toFlow().remoteLow();
  }

  @Override
  public boolean hasPorts() {
    return true;
  }

  @Override
  public int localPort() {
    return 1000;
  }

  @Override
  public int remotePort() {
    return 53;
  }

  @Override
  public boolean hasIcmpType() {
    return false;
  }

  @Override
  public int icmpType() {
    return 0;
  }

  @Override
  public String interfaceName() {
    return "eth0";
  }
}
