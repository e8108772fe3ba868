// SPDX-License-Identifier: Apache-2.0
package org.sallyport.codec.ip;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class IpHeaderTest {

  private final IpHeader ip = new IpHeader();
  private final TransportHeader transport = new TransportHeader();

  @Property(tries = 3000)
  void shouldNeverThrowOrLeaveThePacket(
      @ForAll @Size(max = 120) byte[] bytes, @ForAll @IntRange(max = 15) int version) {
    if (bytes.length > 0) {
      bytes[0] = (byte) ((version << 4) | (bytes[0] & 0xf));
    }
    IpFault fault = ip.wrap(ByteBuffer.wrap(bytes), 0, bytes.length, 70_000);
    transport.wrap(ip);
    ip.hopLimit();
    ip.sourceHigh();
    ip.sourceLow();
    ip.destinationHigh();
    ip.destinationLow();
    transport.sourcePort();
    transport.destinationPort();
    transport.tcpFlags();
    transport.icmpType();
    transport.icmpCode();
    transport.icmpIdentifier();
    if (fault == IpFault.NONE) {
      assertThat(ip.transportOffset() + ip.transportLength()).isLessThanOrEqualTo(bytes.length);
    } else {
      assertThat(transport.hasPorts() || transport.hasIcmpType()).isFalse();
    }
  }

  @Property
  void shouldNotThrowOnBoundedExtensionChains(@ForAll @Size(max = 300) byte[] chain) {
    ByteBuffer packet = v6(0, chain.length).put(40, chain);
    assertThat(wrap(packet)).isNotNull();
    transport.wrap(ip);
  }

  @Test
  void shouldReadIpv4TcpBehindOptions() {
    ByteBuffer packet = ByteBuffer.allocate(44);
    packet.putShort(0, (short) 0x4600).putShort(2, (short) 44).put(8, (byte) 64).put(9, (byte) 6);
    packet.putInt(12, 0x0a000001).putInt(16, 0xc0a80002);
    packet.putShort(24, (short) 40000).putShort(26, (short) 443).put(37, (byte) 2);
    assertThat(wrap(packet)).isEqualTo(IpFault.NONE);
    assertThat(ip.version()).isEqualTo(4);
    assertThat(ip.sourceHigh()).isZero();
    assertThat(ip.sourceLow()).isEqualTo(0xffff_0a00_0001L);
    assertThat(ip.destinationLow()).isEqualTo(0xffff_c0a8_0002L);
    assertThat(ip.hopLimit()).isEqualTo(64);
    assertThat(transport.wrap(ip).sourcePort()).isEqualTo(40000);
    assertThat(transport.destinationPort()).isEqualTo(443);
    assertThat(transport.isTcpOpening()).isTrue();
    packet.put(37, (byte) 0x12);
    assertThat(transport.isTcpOpening()).isFalse();
  }

  @Test
  void shouldHideThePortsOfLaterFragments() {
    ByteBuffer packet = v4(17, 28).putShort(6, (short) 0x2000);
    assertThat(wrap(packet)).isEqualTo(IpFault.NONE);
    assertThat(transport.wrap(ip).hasPorts()).as("first").isTrue();
    assertThat(ip.isFragment()).isTrue();
    packet.putShort(6, (short) 0x2001);
    assertThat(wrap(packet)).isEqualTo(IpFault.NONE);
    assertThat(transport.wrap(ip).hasPorts()).as("later").isFalse();
    assertThat(ip.protocol()).isEqualTo(17);
  }

  @Test
  void shouldHideThePortsOfLaterIpv6Fragments() {
    ByteBuffer packet = v6(44, 16).put(40, (byte) 17).putShort(42, (short) 1);
    assertThat(wrap(packet)).isEqualTo(IpFault.NONE);
    assertThat(transport.wrap(ip).hasPorts()).as("first").isTrue();
    packet.putShort(42, (short) 8);
    assertThat(wrap(packet)).isEqualTo(IpFault.NONE);
    assertThat(transport.wrap(ip).hasPorts()).as("later").isFalse();
    assertThat(ip.isFragment()).isTrue();
  }

  @Test
  void shouldWalkExtensionHeaders() {
    ByteBuffer packet = v6(0, 8 + 16 + 12 + 4);
    packet.put(40, (byte) 60).put(48, (byte) 51).put(49, (byte) 1);
    packet.put(64, (byte) 58).put(65, (byte) 1).put(76, (byte) 135).put(77, (byte) 7);
    assertThat(wrap(packet)).isEqualTo(IpFault.NONE);
    assertThat(ip.protocol()).isEqualTo(58);
    assertThat(transport.wrap(ip).icmpType()).isEqualTo(135);
    assertThat(transport.icmpCode()).isEqualTo(7);
  }

  @Test
  void shouldReadTheIdentifierOfAnEcho() {
    for (int type : new int[] {128, 129}) {
      ByteBuffer echo = v6(58, 8).put(40, (byte) type).putShort(44, (short) 0xfedc);
      assertThat(wrap(echo)).isEqualTo(IpFault.NONE);
      assertThat(transport.wrap(ip).hasIcmpIdentifier()).isTrue();
      assertThat(transport.icmpIdentifier()).isEqualTo(0xfedc);
    }
    ByteBuffer other = v6(58, 8).put(40, (byte) 135).putShort(44, (short) 5);
    assertThat(wrap(other)).isEqualTo(IpFault.NONE);
    assertThat(transport.wrap(ip).hasIcmpIdentifier()).as("solicitation").isFalse();
    ByteBuffer cut = v6(58, 5).put(40, (byte) 128);
    assertThat(wrap(cut)).isEqualTo(IpFault.NONE);
    assertThat(transport.wrap(ip).hasIcmpIdentifier()).as("cut off").isFalse();
    assertThat(transport.icmpIdentifier()).isZero();
  }

  @Test
  void shouldRefuseAnEndlessChain() {
    assertThat(wrap(v6(60, 8 * 17).put(40, chainOf(17)))).isEqualTo(IpFault.BAD_EXTENSIONS);
    assertThat(wrap(v6(60, 8 * 15).put(40, chainOf(15)))).isEqualTo(IpFault.BAD_EXTENSIONS);
  }

  private static byte[] chainOf(int headers) {
    byte[] chain = new byte[8 * headers];
    for (int i = 0; i < headers; i++) {
      chain[8 * i] = 60;
    }
    return chain;
  }

  @Test
  void shouldRefuseTransportHeadersThatAreCutOff() {
    assertThat(wrap(v4(6, 39))).isEqualTo(IpFault.SHORT_TRANSPORT);
    assertThat(ip.protocol()).isEqualTo(6);
    assertThat(ip.hasTransport()).isFalse();
    assertThat(wrap(v4(17, 27))).isEqualTo(IpFault.SHORT_TRANSPORT);
    assertThat(wrap(v4(253, 20))).isEqualTo(IpFault.NONE);
  }

  @Test
  void shouldRefuseLengthsThatContradict() {
    assertThat(wrap(v4(17, 28).putShort(2, (short) 29))).isEqualTo(IpFault.BAD_LENGTH);
    assertThat(wrap(v4(17, 28).putShort(2, (short) 19))).isEqualTo(IpFault.BAD_LENGTH);
    assertThat(wrap(v4(17, 28).put(0, (byte) 0x44))).isEqualTo(IpFault.BAD_LENGTH);
    assertThat(wrap(v4(17, 28).put(0, (byte) 0x4f))).isEqualTo(IpFault.BAD_LENGTH);
    assertThat(wrap(v4(17, 28).put(0, (byte) 0x55))).isEqualTo(IpFault.BAD_VERSION);
    assertThat(ip.sourceLow()).isZero();
  }

  @Test
  void shouldNotReadPaddingAsTransport() {
    ByteBuffer packet = v4(17, 40).putShort(2, (short) 24);
    assertThat(wrap(packet)).isEqualTo(IpFault.SHORT_TRANSPORT);
  }

  @Test
  void shouldTakeTheFullLengthWhereTheHeaderCannotSay() {
    ByteBuffer packet = v4(17, 28).putShort(2, (short) 0);
    assertThat(ip.wrap(packet, 0, 28, 150_000)).isEqualTo(IpFault.NONE);
    assertThat(ip.totalLength()).isEqualTo(150_000);
    ByteBuffer jumbo = v6(17, 8).putShort(4, (short) 0);
    assertThat(ip.wrap(jumbo, 0, 48, 150_000)).isEqualTo(IpFault.NONE);
    assertThat(ip.totalLength()).isEqualTo(150_000);
    ByteBuffer cut = v4(17, 28).putShort(2, (short) 60_000);
    assertThat(ip.wrap(cut, 0, 28, 60_000)).isEqualTo(IpFault.NONE);
    assertThat(ip.totalLength()).isEqualTo(60_000);
  }

  private IpFault wrap(ByteBuffer packet) {
    return ip.wrap(packet, 0, packet.capacity(), packet.capacity());
  }

  private static ByteBuffer v4(int protocol, int length) {
    ByteBuffer packet = ByteBuffer.allocate(length).put(0, (byte) 0x45);
    return packet.putShort(2, (short) length).put(9, (byte) protocol);
  }

  private static ByteBuffer v6(int next, int payloadLength) {
    ByteBuffer packet = ByteBuffer.allocate(40 + payloadLength).put(0, (byte) 0x60);
    return packet.putShort(4, (short) payloadLength).put(6, (byte) next);
  }
}
