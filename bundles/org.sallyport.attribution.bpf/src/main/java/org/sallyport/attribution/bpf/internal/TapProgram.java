// SPDX-License-Identifier: Apache-2.0
package org.sallyport.attribution.bpf.internal;

import static org.sallyport.kernel.bpf.Register.R0;
import static org.sallyport.kernel.bpf.Register.R1;
import static org.sallyport.kernel.bpf.Register.R10;
import static org.sallyport.kernel.bpf.Register.R2;
import static org.sallyport.kernel.bpf.Register.R3;
import static org.sallyport.kernel.bpf.Register.R4;
import static org.sallyport.kernel.bpf.Register.R6;
import static org.sallyport.kernel.bpf.Register.R7;
import static org.sallyport.kernel.bpf.Register.R8;

import java.nio.ByteOrder;
import org.sallyport.attribution.bpf.internal.Emitter.Reading;
import org.sallyport.kernel.bpf.Assembler;
import org.sallyport.kernel.bpf.Code;
import org.sallyport.kernel.bpf.Condition;
import org.sallyport.kernel.bpf.Helper;
import org.sallyport.kernel.bpf.Width;

/**
 * The tap in front of the queue (xt_bpf): tells of each packet how it begins, whose socket sent it
 * as noted before, and which process runs at this moment. A datagram passes in its sender's own
 * system call, so both must name the same process; a segment that opens a TCP connection may pass
 * again later in anybody's. Other TCP segments are not told.
 *
 * <p>Written on the stack and not in memory of the processor: with nf_tables an interrupt may have
 * the same program run for another packet in between. Helpers: skb_load_bytes, get_socket_cookie,
 * get_current_task, probe_read_kernel, ringbuf_output: Linux 5.8.
 */
final class TapProgram {

  // struct __sk_buff, struct bpf_sock of linux/bpf.h
  private static final int PACKET_LENGTH = 0;
  private static final int PACKET_PROTOCOL = 16;
  private static final int PACKET_SOCKET = 168;
  private static final int SOCKET_PORT = 44;

  private static final int IPV4 = 0x0800;
  private static final int IPV6 = 0x86dd;
  private static final int TCP = 6;
  private static final int SYN_AND_ACK = 0x12;
  private static final int SYN = 0x02;
  private static final int LEAST_BYTES = 20;

  // below R10
  private static final int RECORD = -8 - Layout.PACKET_BYTES;
  private static final int START = RECORD + Layout.PACKET_START;
  private static final int FREE = RECORD - 8;

  private final Offsets offsets;
  private final Maps maps;
  private final Assembler code = new Assembler();
  private final Emitter emit;

  TapProgram(Offsets offsets, Maps maps, Reading reading) {
    this.offsets = offsets;
    this.maps = maps;
    this.emit = new Emitter(code, maps, reading);
  }

  Code build() {
    code.move(R6, R1);
    for (int at = 0; at < Layout.PACKET_BYTES; at += Long.BYTES) {
      code.store(Width.LONG, R10, RECORD + at, 0);
    }
    copyStart();
    passTcpThatOpensNothing();
    tellSocket();
    tellRunning();
    tellWho();
    code.store(Width.INT, R10, RECORD, Layout.KIND_PACKET);
    emit.output(maps.packets(), RECORD, Layout.PACKET_BYTES, Layout.LOST_PACKETS);
    return code.label("end").move(R0, 1).exit().assemble();
  }

  private void copyStart() {
    code.load(Width.INT, R8, R6, PACKET_LENGTH);
    code.store(Width.INT, R10, RECORD + Layout.PACKET_LENGTH, R8);
    code.jumpIf(R8, Condition.AT_LEAST, LEAST_BYTES, "long enough").jump("end");
    code.label("long enough");
    code.move(R4, R8);
    code.jumpIf(R8, Condition.ABOVE, Layout.PACKET_START_BYTES, "longer").jump("copy");
    code.label("longer").move(R4, Layout.PACKET_START_BYTES);
    code.label("copy");
    code.move(R1, R6).move(R2, 0).address(R3, R10, START).call(Helper.SKB_LOAD_BYTES);
    code.jumpIf(R0, Condition.NOT_EQUAL, 0, "end");
  }

  private void passTcpThatOpensNothing() {
    code.load(Width.INT, R1, R6, PACKET_PROTOCOL);
    code.jumpIf(R1, Condition.EQUAL, networkOrder(IPV4), "v4");
    code.jumpIf(R1, Condition.EQUAL, networkOrder(IPV6), "v6").jump("end");
    code.label("v4");
    code.load(Width.BYTE, R2, R10, START).and(R2, 0xf).shiftLeft(R2, 2);
    code.load(Width.BYTE, R1, R10, START + 9).jump("transport");
    code.label("v6");
    code.move(R2, 40).load(Width.BYTE, R1, R10, START + 6);
    code.label("transport");
    code.jumpIf(R1, Condition.NOT_EQUAL, TCP, "tell");
    code.add(R2, 13).move(R1, R6).address(R3, R10, FREE).move(R4, 1).call(Helper.SKB_LOAD_BYTES);
    code.jumpIf(R0, Condition.NOT_EQUAL, 0, "end");
    code.load(Width.BYTE, R1, R10, FREE).and(R1, SYN_AND_ACK);
    code.jumpIf(R1, Condition.NOT_EQUAL, SYN, "end");
    code.label("tell");
  }

  /** What a program reads as a number of 16 bits in the network's order. */
  private static int networkOrder(int value) {
    boolean little = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;
    return little ? Short.toUnsignedInt(Short.reverseBytes((short) value)) : value;
  }

  private void tellSocket() {
    code.move(R1, R6).call(Helper.GET_SOCKET_COOKIE);
    code.store(Width.LONG, R10, RECORD + Layout.PACKET_COOKIE, R0);
    code.load(Width.LONG, R1, R6, PACKET_SOCKET).jumpIf(R1, Condition.EQUAL, 0, "no socket");
    code.load(Width.INT, R1, R1, SOCKET_PORT);
    code.store(Width.INT, R10, RECORD + Layout.PACKET_PORT, R1);
    code.label("no socket");
    code.call(Helper.KTIME_GET_NS).store(Width.LONG, R10, RECORD + Layout.PACKET_TIME, R0);
  }

  private void tellRunning() {
    emit.task(R7);
    emit.read(RECORD + Layout.PACKET_PROCESS, Width.INT, R7, offsets.taskTgid);
    emit.read(RECORD + Layout.PACKET_EXECUTIONS, Width.INT, R7, offsets.taskExecId);
    emit.follow(R8, R7, offsets.taskLeader, FREE);
    emit.read(RECORD + Layout.PACKET_RUNNING_START, Width.LONG, R8, offsets.taskStart);
    emit.follow(R8, R7, offsets.taskCredentials, FREE);
    emit.read(RECORD + Layout.PACKET_RUNNING_USER, Width.INT, R8, offsets.credentialsUser);
    emit.read(RECORD + Layout.PACKET_RUNNING_GROUP, Width.INT, R8, offsets.credentialsGroup);
  }

  private void tellWho() {
    emit.lookup(maps.sockets(), RECORD + Layout.PACKET_COOKIE);
    code.jumpIf(R0, Condition.EQUAL, 0, "nobody");
    for (int at = 0; at < Layout.WHO_LENGTH; at += Long.BYTES) {
      code.load(Width.LONG, R1, R0, at);
      code.store(Width.LONG, R10, RECORD + Layout.PACKET_WHO + at, R1);
    }
    code.store(Width.INT, R10, RECORD + Layout.PACKET_KNOWN, 1);
    code.store(Width.LONG, R0, Layout.WHO_TOLD, 1);
    code.label("nobody");
  }
}
