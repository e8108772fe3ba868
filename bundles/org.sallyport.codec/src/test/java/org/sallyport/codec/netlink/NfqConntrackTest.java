// SPDX-License-Identifier: Apache-2.0
package org.sallyport.codec.netlink;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The connection's record in a queued packet, as ctnetlink_glue_build writes it. */
class NfqConntrackTest {

  private static final long MAPPED = 0xffff_0000_0000L;
  private static final int NESTED = 0x8000;
  private static final byte[] V4_SOURCE = {10, 0, 0, 1};
  private static final byte[] V4_DESTINATION = {10, 0, 0, 9};

  private final NfqPacket packet = new NfqPacket();
  private final ConntrackTuple tuple = new ConntrackTuple();

  /** An attribute with its padding. */
  private static byte[] attribute(int type, byte[]... values) {
    int length = 4 + Arrays.stream(values).mapToInt(value -> value.length).sum();
    ByteBuffer out = ByteBuffer.allocate(Netlink.align(length)).order(ByteOrder.nativeOrder());
    out.putShort((short) length).putShort((short) type);
    Arrays.stream(values).forEach(out::put);
    return out.array();
  }

  private static byte[] u16(int value) {
    return ByteBuffer.allocate(2).putShort((short) value).array();
  }

  private static byte[] u32(int value) {
    return ByteBuffer.allocate(4).putInt(value).array();
  }

  private static byte[] ports(int source, int destination) {
    return attribute(
        NESTED | 2,
        attribute(1, new byte[] {6}),
        attribute(2, u16(source)),
        attribute(3, u16(destination)));
  }

  private static byte[] v4Addresses() {
    return attribute(NESTED | 1, attribute(1, V4_SOURCE), attribute(2, V4_DESTINATION));
  }

  private static byte[] original(byte[]... parts) {
    return attribute(NESTED | 1, parts);
  }

  private static byte[] reply() {
    return attribute(
        NESTED | 2,
        attribute(NESTED | 1, attribute(1, new byte[] {10, 0, 0, 2}), attribute(2, V4_SOURCE)),
        ports(443, 40000));
  }

  private static byte[] message(int info, byte[]... record) {
    byte[] id = ByteBuffer.allocate(7).putInt(1).putShort((short) 0x0800).put((byte) 3).array();
    return join(
        new byte[] {2, 0, 0, 33},
        attribute(1, id),
        attribute(NESTED | 11, record),
        attribute(12, u32(info)),
        attribute(10, new byte[] {0x45, 0, 0, 20}));
  }

  private static byte[] join(byte[]... parts) {
    ByteBuffer all = ByteBuffer.allocate(Arrays.stream(parts).mapToInt(part -> part.length).sum());
    Arrays.stream(parts).forEach(all::put);
    return all.array();
  }

  private boolean read(byte[] message) {
    assertThat(packet.wrap(ByteBuffer.wrap(message), 0, message.length))
        .isEqualTo(NetlinkFault.NONE);
    return packet.readOriginal(tuple);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2})
  void shouldTellWhereTheFirstPacketWasSentTo(int info) {
    byte[] status = attribute(3, u32(0x1a8));
    byte[] zone = attribute(18, u16(7));
    assertThat(
            read(message(info, original(v4Addresses(), ports(40000, 80)), reply(), zone, status)))
        .isTrue();
    assertThat(tuple.protocol()).isEqualTo(6);
    assertThat(tuple.sourceHigh() + tuple.destinationHigh()).isZero();
    assertThat(tuple.sourceLow()).isEqualTo(MAPPED | 0x0a000001);
    assertThat(tuple.destinationLow()).isEqualTo(MAPPED | 0x0a000009);
    assertThat(tuple.destinationIsV4()).isTrue();
    assertThat(tuple.hasPorts()).isTrue();
    assertThat(tuple.sourcePort()).isEqualTo(40000);
    assertThat(tuple.destinationPort()).isEqualTo(80);
    assertThat(packet.payloadLength()).as("what stands behind it").isEqualTo(4);
  }

  @Test
  void shouldReadIpv6AndATupleWithItsZone() {
    byte[] source = new byte[16];
    byte[] destination = new byte[16];
    source[0] = destination[0] = (byte) 0xfd;
    source[15] = 1;
    destination[15] = 9;
    byte[] addresses = attribute(NESTED | 1, attribute(3, source), attribute(4, destination));
    byte[] zone = attribute(3, u16(7));
    assertThat(read(message(2, original(addresses, ports(1, 2), zone), reply()))).isTrue();
    assertThat(tuple.destinationHigh()).isEqualTo(0xfdL << 56);
    assertThat(tuple.destinationLow()).isEqualTo(9);
    assertThat(tuple.destinationIsV4()).isFalse();
  }

  @Test
  void shouldSayNothingOfAnswersAndOfWhatIsNotThere() {
    byte[] good = original(v4Addresses(), ports(1, 2));
    for (int info : new int[] {3, 4, 7, -1}) {
      assertThat(read(message(info, good))).as("info " + info).isFalse();
    }
    assertThat(read(message(0, reply()))).as("no original tuple").isFalse();
    assertThat(read(message(0))).as("an empty record").isFalse();
    assertThat(read(message(0, original(ports(1, 2))))).as("no addresses").isFalse();
    assertThat(read(message(0, original(v4Addresses())))).as("no protocol").isFalse();
    byte[] id = attribute(1, new byte[7]);
    byte[] record = attribute(NESTED | 11, good);
    assertThat(read(join(new byte[] {2, 0, 0, 33}, id, record))).as("no way").isFalse();
  }

  @Test
  void shouldNotTakeHalfATupleForOne() {
    byte[] sourceTwice =
        attribute(NESTED | 1, attribute(1, V4_SOURCE), attribute(1, V4_DESTINATION));
    read(message(0, original(v4Addresses(), ports(1, 2))));
    assertThat(read(message(0, original(sourceTwice, ports(1, 2))))).isFalse();
    byte[] onePort = attribute(NESTED | 2, attribute(1, new byte[] {6}), attribute(2, u16(5)));
    assertThat(read(message(0, original(v4Addresses(), onePort)))).isTrue();
    assertThat(tuple.hasPorts()).isFalse();
    assertThat(read(message(0, original(v4Addresses(), ports(1, 2)), original(sourceTwice))))
        .as("the last one counts")
        .isFalse();
  }

  @Test
  void shouldRefuseATupleThatReachesBeyondItsRecord() {
    byte[] message = message(0, original(v4Addresses(), ports(1, 2)));
    ByteBuffer bytes = ByteBuffer.wrap(message).order(ByteOrder.nativeOrder());
    int tupleAt = 4 + 12 + 4;
    assertThat(bytes.getShort(tupleAt + 2)).isEqualTo((short) (NESTED | 1));
    bytes.putShort(tupleAt, (short) (bytes.getShort(tupleAt) + 4));
    assertThat(read(message)).isFalse();
    bytes.putShort(tupleAt, (short) 3);
    assertThat(read(message)).isFalse();
  }

  @Test
  void shouldForgetTheRecordOfTheMessageBefore() {
    assertThat(read(message(0, original(v4Addresses(), ports(1, 2))))).isTrue();
    byte[] id = ByteBuffer.allocate(7).putInt(2).array();
    assertThat(read(join(new byte[] {2, 0, 0, 33}, attribute(1, id)))).isFalse();
    assertThat(packet.wrap(ByteBuffer.allocate(2), 0, 2)).isEqualTo(NetlinkFault.SHORT_HEADER);
    assertThat(packet.readOriginal(tuple)).isFalse();
  }

  @Property
  void shouldNeverThrowWhateverTheRecordHolds(@ForAll @Size(max = 120) byte[] record) {
    read(message(2, record));
    if (packet.readOriginal(tuple)) {
      assertThat(tuple.protocol()).isBetween(0, 255);
    }
  }
}
