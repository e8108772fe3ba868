// SPDX-License-Identifier: Apache-2.0
package org.sallyport.codec.netlink;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.sallyport.codec.Bytes;

class InetDiagTest {

  private static final long V4 = 0xffff_0000_0000L;
  private final ByteBuffer buffer = ByteBuffer.allocate(InetDiagRequest.LENGTH);
  private final InetDiagRequest request = new InetDiagRequest(buffer);
  private final NetlinkMessages messages = new NetlinkMessages();

  @Test
  void shouldAskForTcpWithTheLocalEndAsSource() {
    request.local(0, V4 | 0x0a000001, 40000).remote(0, V4 | 0x0a000002, 443);
    assertThat(messages.wrap(buffer, 0, request.encode(6, 3, 9)).next()).isTrue();
    assertThat(messages.type()).isEqualTo(20);
    assertThat(messages.sequence()).isEqualTo(9);
    assertThat(buffer.get(16)).isEqualTo((byte) 2);
    assertThat(buffer.get(17)).isEqualTo((byte) 6);
    assertThat(Bytes.u16Net(buffer, 24)).isEqualTo(40000);
    assertThat(Bytes.u16Net(buffer, 26)).isEqualTo(443);
    assertThat(Bytes.i32Net(buffer, 28)).isEqualTo(0x0a000001);
    assertThat(Bytes.i32Net(buffer, 44)).isEqualTo(0x0a000002);
    assertThat(Bytes.i32Host(buffer, 60)).isEqualTo(3);
  }

  @Test
  void shouldSwapBothEndsForUdp() {
    request.local(0, V4 | 0x0a000001, 40000).remote(0, V4 | 0x0a000002, 53).encode(17, 0, 1);
    assertThat(Bytes.u16Net(buffer, 24)).isEqualTo(53);
    assertThat(Bytes.u16Net(buffer, 26)).isEqualTo(40000);
    assertThat(Bytes.i32Net(buffer, 28)).isEqualTo(0x0a000002);
    assertThat(Bytes.i32Net(buffer, 44)).isEqualTo(0x0a000001);
  }

  @Property
  void shouldAskForIpv6InFull(
      @ForAll long high, @ForAll long low, @ForAll @IntRange(max = 65535) int port) {
    request.local(high | 1, low, port).remote(low | 1, high, 1).encode(6, 0, 1);
    assertThat(buffer.get(16)).isEqualTo((byte) 10);
    assertThat(Bytes.i64Net(buffer, 28)).isEqualTo(high | 1);
    assertThat(Bytes.i64Net(buffer, 36)).isEqualTo(low);
    assertThat(Bytes.i64Net(buffer, 44)).isEqualTo(low | 1);
    assertThat(Bytes.i64Net(buffer, 52)).isEqualTo(high);
    assertThat(Bytes.u16Net(buffer, 24)).isEqualTo(port);
  }

  @Test
  void shouldAskForAllSocketsOfAPort() {
    request.local(0, V4 | 0x0a000001, 40000).remote(0, V4 | 0x0a000002, 53).encode(17, 3, 1);
    assertThat(messages.wrap(buffer, 0, request.encodePort(true, 17, 5353, 7)).next()).isTrue();
    assertThat(messages.type()).isEqualTo(20);
    assertThat(messages.flags()).isEqualTo(0x301);
    assertThat(messages.sequence()).isEqualTo(7);
    assertThat(buffer.get(16)).isEqualTo((byte) 2);
    assertThat(buffer.get(17)).isEqualTo((byte) 17);
    assertThat(Bytes.i32Host(buffer, 20)).as("every state").isEqualTo(-1);
    assertThat(Bytes.u16Net(buffer, 24)).isEqualTo(5353);
    for (int offset = 26; offset < 64; offset++) {
      assertThat(buffer.get(offset)).as("left open at %d", offset).isZero();
    }
    request.encodePort(false, 17, 5353, 8);
    assertThat(buffer.get(16)).isEqualTo((byte) 10);
  }

  @Property
  void shouldReadTheAnswer(@ForAll int uid, @ForAll int inode, @ForAll long cookie) {
    ByteBuffer answer = ByteBuffer.allocate(88).order(ByteOrder.nativeOrder());
    answer.putInt(0, 88).putShort(4, (short) 20);
    answer.put(17, (byte) 10).putShort(20, Short.reverseBytes((short) 53)).putInt(56, 4);
    answer.putInt(60, (int) cookie).putInt(64, (int) (cookie >>> 32));
    answer.putInt(76, uid ^ inode).putInt(80, uid).putInt(84, inode);
    InetDiagReply reply = new InetDiagReply();
    assertThat(messages.wrap(answer, 0, 88).next()).isTrue();
    assertThat(reply.wrap(messages)).isEqualTo(NetlinkFault.NONE);
    assertThat(reply.state()).isEqualTo(10);
    assertThat(reply.cookie()).isEqualTo(cookie);
    assertThat(reply.userId()).isEqualTo(Integer.toUnsignedLong(uid));
    assertThat(reply.inode()).isEqualTo(Integer.toUnsignedLong(inode));
    assertThat(reply.sendQueue()).isEqualTo(Integer.toUnsignedLong(uid ^ inode));
    assertThat(reply.interfaceIndex()).isEqualTo(4);
    assertThat(reply.remotePort()).isZero();
    assertThat(reply.localPort()).isPositive();
  }

  @Property
  void shouldReadTheCgroupOfTheSocketsCreation(@ForAll long id, @ForAll boolean behindAnother) {
    ByteBuffer answer = ByteBuffer.allocate(108).order(ByteOrder.nativeOrder());
    int at = behindAnother ? 96 : 88;
    answer.putInt(0, at + 12).putShort(4, (short) 20);
    answer.putShort(88, (short) 5).putShort(90, (short) 8);
    answer.putShort(at, (short) 12).putShort(at + 2, (short) 21).putLong(at + 4, id);
    InetDiagReply reply = new InetDiagReply();
    assertThat(messages.wrap(answer, 0, at + 12).next()).isTrue();
    assertThat(reply.wrap(messages)).isEqualTo(NetlinkFault.NONE);
    assertThat(reply.cgroupId()).isEqualTo(id);
  }

  @Property
  void shouldNotReadBeyondGarbledAttributes(@ForAll @Size(max = 40) byte[] attributes) {
    ByteBuffer answer = ByteBuffer.allocate(88 + 40).order(ByteOrder.nativeOrder());
    answer.putInt(0, 88 + attributes.length).putShort(4, (short) 20).put(88, attributes);
    answer.putInt(84, 7).limit(88 + attributes.length);
    InetDiagReply reply = new InetDiagReply();
    assertThat(messages.wrap(answer, 0, 88 + attributes.length).next()).isTrue();
    assertThat(reply.wrap(messages)).isEqualTo(NetlinkFault.NONE);
    assertThat(reply.inode()).isEqualTo(7);
  }

  @Property
  void shouldRefuseShortAnswers(@ForAll @Size(max = 71) byte[] payload) {
    ByteBuffer answer = ByteBuffer.allocate(16 + payload.length).order(ByteOrder.nativeOrder());
    answer.putInt(0, answer.capacity()).put(16, payload);
    assertThat(messages.wrap(answer, 0, answer.capacity()).next()).isTrue();
    assertThat(new InetDiagReply().wrap(messages)).isEqualTo(NetlinkFault.SHORT_HEADER);
  }
}
