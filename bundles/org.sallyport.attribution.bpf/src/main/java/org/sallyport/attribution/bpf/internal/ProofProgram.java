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
import static org.sallyport.kernel.bpf.Register.R9;

import java.nio.ByteOrder;
import org.sallyport.attribution.bpf.internal.Emitter.Reading;
import org.sallyport.kernel.bpf.Assembler;
import org.sallyport.kernel.bpf.Code;
import org.sallyport.kernel.bpf.Condition;
import org.sallyport.kernel.bpf.Helper;
import org.sallyport.kernel.bpf.Register;
import org.sallyport.kernel.bpf.Width;

/**
 * Whether the very process that sends this datagram, by this socket, from this address and port to
 * that one, was allowed to lately (xt_bpf): 1 if so, and 0 in all other cases and for whatever
 * cannot be read. It holds the same things against each other as pairing does: the socket speaks
 * UDP from the packet's port, and who is noted for it is who runs now, having executed nothing and
 * become nobody else since. What is not plain UDP, or a fragment, is never proven.
 *
 * <p>Helpers: skb_load_bytes, get_socket_cookie, get_current_task (and probe_read_kernel) or
 * get_current_task_btf, ktime_get_coarse_ns and those of maps: Linux 5.11.
 */
final class ProofProgram {

  // struct __sk_buff, struct bpf_sock of linux/bpf.h
  private static final int PACKET_PROTOCOL = 16;
  private static final int PACKET_SOCKET = 168;
  private static final int SOCKET_PORT = 44;

  private static final int IPV4 = 0x0800;
  private static final int IPV6 = 0x86dd;
  private static final int UDP = 17;
  private static final int IPV4_HEADER = 20;
  private static final int IPV6_HEADER = 40;
  private static final int FRAGMENT = 0x3fff;

  // below R10
  private static final int KEY = -Layout.PROOF_BYTES;
  private static final int HEADER = KEY - IPV6_HEADER;
  private static final int FREE = HEADER - 8;

  private final Offsets offsets;
  private final Maps maps;
  private final Assembler code = new Assembler();
  private final Emitter emit;

  ProofProgram(Offsets offsets, Maps maps, Reading reading) {
    this.offsets = offsets;
    this.maps = maps;
    this.emit = new Emitter(code, maps, reading);
  }

  Code build() {
    code.move(R6, R1);
    for (int at = 0; at < Layout.PROOF_BYTES; at += Long.BYTES) {
      code.store(Width.LONG, R10, KEY + at, 0);
    }
    flow();
    socket();
    sender();
    lookUp();
    return code.label("no").move(R0, 0).exit().assemble();
  }

  private void flow() {
    code.load(Width.INT, R1, R6, PACKET_PROTOCOL);
    code.jumpIf(R1, Condition.EQUAL, networkOrder(IPV4), "v4");
    code.jumpIf(R1, Condition.NOT_EQUAL, networkOrder(IPV6), "no");
    header(IPV6_HEADER, 6);
    for (int at = 0; at < 16; at += Long.BYTES) {
      copy(Width.LONG, Layout.PROOF_SOURCE + at, 8 + at);
      copy(Width.LONG, Layout.PROOF_TARGET + at, 24 + at);
    }
    code.store(Width.INT, R10, KEY + Layout.PROOF_VERSION, 6);
    code.move(R2, IPV6_HEADER).jump("ports");
    code.label("v4");
    header(IPV4_HEADER, 9);
    code.load(Width.SHORT, R1, R10, HEADER + 6);
    code.jumpIf(R1, Condition.ANY_BIT, networkOrder(FRAGMENT), "no");
    copy(Width.INT, Layout.PROOF_SOURCE, 12);
    copy(Width.INT, Layout.PROOF_TARGET, 16);
    code.store(Width.INT, R10, KEY + Layout.PROOF_VERSION, 4);
    code.load(Width.BYTE, R2, R10, HEADER).and(R2, 0xf).shiftLeft(R2, 2);
    code.label("ports");
    code.move(R1, R6).address(R3, R10, KEY + Layout.PROOF_PORTS).move(R4, 4);
    code.call(Helper.SKB_LOAD_BYTES).jumpIf(R0, Condition.NOT_EQUAL, 0, "no");
  }

  private void header(int bytes, int protocolAt) {
    code.move(R1, R6).move(R2, 0).address(R3, R10, HEADER).move(R4, bytes);
    code.call(Helper.SKB_LOAD_BYTES).jumpIf(R0, Condition.NOT_EQUAL, 0, "no");
    code.load(Width.BYTE, R1, R10, HEADER + protocolAt);
    code.jumpIf(R1, Condition.NOT_EQUAL, UDP, "no");
  }

  private void copy(Width width, int toKey, int fromHeader) {
    code.load(width, R1, R10, HEADER + fromHeader).store(width, R10, KEY + toKey, R1);
  }

  /** What a program reads as a number of 16 bits in the network's order. */
  private static int networkOrder(int value) {
    boolean little = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;
    return little ? Short.toUnsignedInt(Short.reverseBytes((short) value)) : value;
  }

  /** R9 is who is noted for it. */
  private void socket() {
    code.load(Width.LONG, R1, R6, PACKET_SOCKET).jumpIf(R1, Condition.EQUAL, 0, "no");
    code.load(Width.INT, R3, R1, SOCKET_PORT);
    code.load(Width.BYTE, R1, R10, KEY + Layout.PROOF_PORTS).shiftLeft(R1, 8);
    code.load(Width.BYTE, R2, R10, KEY + Layout.PROOF_PORTS + 1).add(R1, R2);
    code.jumpIf(R1, Condition.NOT_EQUAL, R3, "no");
    code.move(R1, R6).call(Helper.GET_SOCKET_COOKIE);
    code.store(Width.LONG, R10, KEY + Layout.PROOF_COOKIE, R0);
    emit.lookup(maps.sockets(), KEY + Layout.PROOF_COOKIE);
    code.jumpIf(R0, Condition.EQUAL, 0, "no").move(R9, R0);
    code.load(Width.INT, R1, R9, Layout.WHO_PROTOCOL);
    code.jumpIf(R1, Condition.NOT_EQUAL, UDP, "no");
  }

  private void sender() {
    emit.task(R7);
    same(Width.INT, R7, offsets.taskTgid, Layout.PROOF_PROCESS, Layout.WHO_PROCESS);
    same(Width.INT, R7, offsets.taskExecId, Layout.PROOF_EXECUTIONS, Layout.WHO_EXECUTIONS);
    emit.follow(R8, R7, offsets.taskLeader, FREE);
    same(Width.LONG, R8, offsets.taskStart, Layout.PROOF_START, Layout.WHO_START);
    emit.follow(R8, R7, offsets.taskCredentials, FREE);
    same(Width.INT, R8, offsets.credentialsUser, Layout.PROOF_USER, Layout.WHO_USER);
  }

  private void same(Width width, Register base, int offset, int inKey, int noted) {
    emit.read(KEY + inKey, width, base, offset);
    code.load(width, R1, R10, KEY + inKey).load(width, R2, R9, noted);
    code.jumpIf(R1, Condition.NOT_EQUAL, R2, "no");
  }

  private void lookUp() {
    code.store(Width.INT, R10, FREE, 0);
    emit.lookup(maps.epoch(), FREE);
    code.jumpIf(R0, Condition.EQUAL, 0, "no");
    code.load(Width.LONG, R1, R0, 0).store(Width.LONG, R10, KEY + Layout.PROOF_EPOCH, R1);
    emit.lookup(maps.proofs(), KEY);
    code.jumpIf(R0, Condition.EQUAL, 0, "no");
    code.load(Width.LONG, R7, R0, 0).call(Helper.KTIME_GET_COARSE_NS);
    code.jumpIf(R0, Condition.AT_LEAST, R7, "no").move(R0, 1).exit();
  }
}
