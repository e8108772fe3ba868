// SPDX-License-Identifier: Apache-2.0
package org.sallyport.attribution.bpf.internal;

import static org.sallyport.kernel.bpf.Register.R1;
import static org.sallyport.kernel.bpf.Register.R10;
import static org.sallyport.kernel.bpf.Register.R2;
import static org.sallyport.kernel.bpf.Register.R3;
import static org.sallyport.kernel.bpf.Register.R4;
import static org.sallyport.kernel.bpf.Register.R6;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.sallyport.kernel.bpf.Assembler;
import org.sallyport.kernel.bpf.BpfMap;
import org.sallyport.kernel.bpf.BpfProgram;
import org.sallyport.kernel.bpf.Code;
import org.sallyport.kernel.bpf.Helper;
import org.sallyport.kernel.bpf.MapSpec;
import org.sallyport.kernel.bpf.ProgramSpec;
import org.sallyport.kernel.bpf.RingReader;

/** A real ring into which a test writes what the tap would have told. */
final class FakeTap implements AutoCloseable {

  private static final int ETHERNET_HEADER = 14;

  private final BpfMap ring = BpfMap.create(MapSpec.ring("test_packets", 1 << 18));
  private final RingReader reader = new RingReader(ring);
  private final BpfProgram program =
      BpfProgram.load(new ProgramSpec("test_copy", ProgramSpec.Hook.PACKET), copying(ring));

  FakeTap() throws Exception {}

  /** What a sender is to the tests. */
  record Someone(long cookie, int pid, int executions, long start, int user) {
    Someone(long cookie, int pid) {
      this(cookie, pid, 1, 7, 1000);
    }

    Someone afterExec() {
      return new Someone(cookie, pid, executions + 1, start, user);
    }

    Someone asUser(int other) {
      return new Someone(cookie, pid, executions, start, other);
    }

    Someone bornLater() {
      return new Someone(cookie, pid, executions, start + 1, user);
    }
  }

  RingReader reader() {
    return reader;
  }

  /** The packet passes the tap, in its sender's own system call. */
  void pass(TestPacket packet, Someone sender, long timeNs) throws Exception {
    write(record(packet, sender, sender, timeNs));
  }

  /** The packet passes the tap while another process runs. */
  void pass(TestPacket packet, Someone noted, Someone running) throws Exception {
    pass(packet, noted, running, 0);
  }

  /** The same at some time. */
  void pass(TestPacket packet, Someone noted, Someone running, long timeNs) throws Exception {
    write(record(packet, noted, running, timeNs));
  }

  /** The packet passes the tap, sent by whom the kernel itself noted for a socket. */
  void pass(TestPacket packet, long cookie, ByteBuffer noted, long timeNs) throws Exception {
    Someone sender =
        new Someone(
            cookie,
            noted.getInt(Layout.WHO_PROCESS),
            noted.getInt(Layout.WHO_EXECUTIONS),
            noted.getLong(Layout.WHO_START),
            noted.getInt(Layout.WHO_USER));
    ByteBuffer record = record(packet, sender, sender, timeNs);
    record.put(Layout.PACKET_WHO, noted, 0, Layout.WHO_LENGTH);
    write(record);
  }

  void close(Someone sender) throws Exception {
    ByteBuffer record = buffer();
    record.putInt(0, Layout.KIND_CLOSED).putLong(Layout.PACKET_COOKIE, sender.cookie());
    write(record);
  }

  private static ByteBuffer buffer() {
    return ByteBuffer.allocate(Layout.PACKET_BYTES).order(ByteOrder.nativeOrder());
  }

  private static ByteBuffer record(TestPacket packet, Someone noted, Someone running, long timeNs) {
    ByteBuffer record = buffer();
    record.putInt(0, Layout.KIND_PACKET);
    record.putInt(Layout.PACKET_LENGTH, (int) packet.packetLength());
    record.putLong(Layout.PACKET_COOKIE, noted.cookie());
    record.putLong(Layout.PACKET_TIME, timeNs);
    record.putInt(Layout.PACKET_PROCESS, running.pid());
    record.putInt(Layout.PACKET_EXECUTIONS, running.executions());
    record.putLong(Layout.PACKET_RUNNING_START, running.start());
    record.putInt(Layout.PACKET_RUNNING_USER, running.user());
    record.putInt(Layout.PACKET_PORT, packet.localPort());
    record.putInt(Layout.PACKET_KNOWN, 1);
    byte[] start = new byte[Layout.PACKET_START_BYTES];
    int unused = packet.copyStart(start);
    record.put(Layout.PACKET_START, start);
    int who = Layout.PACKET_WHO;
    record.putInt(who + Layout.WHO_PROCESS, noted.pid());
    record.putInt(who + Layout.WHO_EXECUTIONS, noted.executions());
    record.putLong(who + Layout.WHO_START, noted.start());
    record.putInt(who + Layout.WHO_USER, noted.user());
    record.putInt(who + Layout.WHO_PROTOCOL, packet.protocol());
    record.putLong(who + Layout.WHO_FILE, 0xffff_8000_0000_0000L + noted.pid());
    return record;
  }

  private void write(ByteBuffer record) throws Exception {
    byte[] bytes = new byte[ETHERNET_HEADER + Layout.PACKET_BYTES];
    ByteBuffer frame = ByteBuffer.wrap(bytes);
    frame.putShort(12, (short) 0x0800).put(ETHERNET_HEADER, record, 0, Layout.PACKET_BYTES);
    if (program.test(bytes) != 0) {
      throw new IllegalStateException("the ring is full");
    }
  }

  private static Code copying(BpfMap ring) {
    return new Assembler()
        .move(R6, R1)
        .move(R2, 0)
        .address(R3, R10, -Layout.PACKET_BYTES)
        .move(R4, Layout.PACKET_BYTES)
        .call(Helper.SKB_LOAD_BYTES)
        .moveMap(R1, ring)
        .address(R2, R10, -Layout.PACKET_BYTES)
        .move(R3, Layout.PACKET_BYTES)
        .move(R4, 1)
        .call(Helper.RINGBUF_OUTPUT)
        .exit()
        .assemble();
  }

  @Override
  public void close() {
    program.close();
    reader.close();
    ring.close();
  }
}
