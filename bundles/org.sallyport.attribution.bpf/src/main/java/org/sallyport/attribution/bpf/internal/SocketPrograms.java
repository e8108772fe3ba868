// SPDX-License-Identifier: Apache-2.0
package org.sallyport.attribution.bpf.internal;

import static org.sallyport.kernel.bpf.Register.R0;
import static org.sallyport.kernel.bpf.Register.R1;
import static org.sallyport.kernel.bpf.Register.R10;
import static org.sallyport.kernel.bpf.Register.R2;
import static org.sallyport.kernel.bpf.Register.R6;
import static org.sallyport.kernel.bpf.Register.R7;
import static org.sallyport.kernel.bpf.Register.R8;
import static org.sallyport.kernel.bpf.Register.R9;

import org.sallyport.attribution.bpf.internal.Emitter.Reading;
import org.sallyport.kernel.bpf.Assembler;
import org.sallyport.kernel.bpf.Code;
import org.sallyport.kernel.bpf.Condition;
import org.sallyport.kernel.bpf.Helper;
import org.sallyport.kernel.bpf.Width;

/**
 * The programs that note who a socket belongs to. They run for every process of the host, in its
 * own system call, and leave sockets of other network namespaces alone:
 *
 * <ul>
 *   <li>create (cgroup/sock_create): notes who makes a socket;
 *   <li>use (cgroup/connect4, connect6, sendmsg4, sendmsg6): notes who connects it, or sends to an
 *       address by it, if that is another than noted before: another process, or the same one after
 *       exec. The cgroup of the socket's creation stays;
 *   <li>release (cgroup/sock_release): forgets it, and tells so if the tap told of a packet of it.
 * </ul>
 *
 * <p>Helpers: get_netns_cookie, get_socket_cookie, get_current_task (or its typed form),
 * probe_read_kernel and those of maps. Since Linux 5.9 for release; 5.14 for the cookie of this
 * namespace.
 */
final class SocketPrograms {

  // struct bpf_sock and struct bpf_sock_addr of linux/bpf.h
  private static final int SOCK_PROTOCOL = 12;
  private static final int SOCK_ADDR_PROTOCOL = 36;

  // below R10
  private static final int START = Noting.FREE - 8;
  private static final int CLOSED = Noting.COOKIE - Layout.CLOSED_BYTES;

  private final Offsets offsets;
  private final Maps maps;
  private final Reading reading;
  private final long namespace;
  private final int share;

  /**
   * Makes programs for one network namespace.
   *
   * @param offsets of the running kernel
   * @param maps where they write
   * @param reading how they read what is the kernel's
   * @param namespace the cookie of the network namespace
   * @param share how many sockets of one user are noted at most
   */
  SocketPrograms(Offsets offsets, Maps maps, Reading reading, long namespace, int share) {
    this.offsets = offsets;
    this.maps = maps;
    this.reading = reading;
    this.namespace = namespace;
    this.share = share;
  }

  Code create() {
    Assembler code = new Assembler();
    Emitter emit = new Emitter(code, maps, reading);
    begin(code);
    code.call(Helper.GET_CURRENT_CGROUP_ID).store(Width.LONG, R10, Noting.CGROUP, R0);
    code.store(Width.LONG, R10, Noting.TOLD, 0);
    account(code, new Noting(offsets, maps, code, emit));
    note(code, emit, SOCK_PROTOCOL);
    return end(code);
  }

  Code use() {
    Assembler code = new Assembler();
    Emitter emit = new Emitter(code, maps, reading);
    begin(code);
    code.store(Width.LONG, R10, Noting.CGROUP, 0); // of its creation, which nobody saw
    code.store(Width.LONG, R10, Noting.TOLD, 0);
    emit.task(R7);
    code.call(Helper.GET_CURRENT_PID_TGID).shiftRight(R0, 32).move(R8, R0);
    emit.read(Noting.POINTER, Width.INT, R7, offsets.taskExecId);
    code.load(Width.INT, R9, R10, Noting.POINTER);
    emit.follow(R7, R7, offsets.taskLeader, Noting.POINTER);
    emit.read(START, Width.LONG, R7, offsets.taskStart);
    code.call(Helper.GET_CURRENT_UID_GID).move(R7, R0);
    emit.lookup(maps.sockets(), Noting.COOKIE);
    code.jumpIf(R0, Condition.EQUAL, 0, "new");
    code.load(Width.INT, R1, R0, Layout.WHO_ACCOUNT).store(Width.LONG, R10, Noting.ACCOUNT, R1);
    code.load(Width.LONG, R1, R0, Layout.WHO_CGROUP).store(Width.LONG, R10, Noting.CGROUP, R1);
    code.load(Width.LONG, R1, R0, Layout.WHO_TOLD).store(Width.LONG, R10, Noting.TOLD, R1);
    code.load(Width.INT, R1, R0, Layout.WHO_PROCESS).jumpIf(R1, Condition.NOT_EQUAL, R8, "note");
    code.load(Width.LONG, R1, R0, Layout.WHO_USER).jumpIf(R1, Condition.NOT_EQUAL, R7, "note");
    code.load(Width.LONG, R1, R0, Layout.WHO_START).load(Width.LONG, R2, R10, START);
    code.jumpIf(R1, Condition.NOT_EQUAL, R2, "note");
    code.load(Width.INT, R1, R0, Layout.WHO_EXECUTIONS).jumpIf(R1, Condition.EQUAL, R9, "end");
    code.jump("note").label("new");
    account(code, new Noting(offsets, maps, code, emit));
    code.label("note");
    note(code, emit, SOCK_ADDR_PROTOCOL);
    return end(code);
  }

  Code release() {
    Assembler code = new Assembler();
    Emitter emit = new Emitter(code, maps, reading);
    code.call(Helper.GET_SOCKET_COOKIE).store(Width.LONG, R10, Noting.COOKIE, R0);
    emit.lookup(maps.sockets(), Noting.COOKIE);
    code.jumpIf(R0, Condition.EQUAL, 0, "end");
    code.load(Width.INT, R1, R0, Layout.WHO_ACCOUNT).store(Width.LONG, R10, Noting.ACCOUNT, R1);
    code.load(Width.LONG, R1, R0, Layout.WHO_TOLD).jumpIf(R1, Condition.EQUAL, 0, "forget");
    code.store(Width.INT, R10, CLOSED, Layout.KIND_CLOSED);
    code.store(Width.INT, R10, CLOSED + Layout.PACKET_LENGTH, 0);
    code.load(Width.LONG, R1, R10, Noting.COOKIE);
    code.store(Width.LONG, R10, CLOSED + Layout.PACKET_COOKIE, R1);
    emit.output(maps.packets(), CLOSED, Layout.CLOSED_BYTES, Layout.LOST_CLOSED);
    code.label("forget");
    code.moveMap(R1, maps.sockets()).address(R2, R10, Noting.COOKIE).call(Helper.MAP_DELETE_ELEM);
    code.jumpIf(R0, Condition.NOT_EQUAL, 0, "end");
    new Noting(offsets, maps, code, emit).giveBack();
    return end(code);
  }

  /** R6 is the context, the cookie in its place; other namespaces' sockets are done with. */
  private void begin(Assembler code) {
    code.move(R6, R1);
    code.call(Helper.GET_NETNS_COOKIE);
    code.moveLong(R1, namespace).jumpIf(R0, Condition.NOT_EQUAL, R1, "end");
    code.move(R1, R6).call(Helper.GET_SOCKET_COOKIE).store(Width.LONG, R10, Noting.COOKIE, R0);
  }

  /** None of these has a say: whatever happened, the program goes on. */
  private static Code end(Assembler code) {
    return code.label("end").move(R0, 1).exit().assemble();
  }

  /** Whose share it counts in: the running user's. */
  private void account(Assembler code, Noting noting) {
    code.call(Helper.GET_CURRENT_UID_GID).shiftLeft(R0, 32).shiftRight(R0, 32);
    code.store(Width.LONG, R10, Noting.ACCOUNT, R0);
    noting.account(share);
  }

  private void note(Assembler code, Emitter emit, int protocolAt) {
    code.call(Helper.GET_CURRENT_PID_TGID).shiftRight(R0, 32);
    code.store(Width.INT, R10, Noting.WHO + Layout.WHO_PROCESS, R0);
    code.call(Helper.GET_CURRENT_UID_GID);
    code.store(Width.LONG, R10, Noting.WHO + Layout.WHO_USER, R0);
    code.load(Width.INT, R1, R6, protocolAt);
    code.store(Width.INT, R10, Noting.WHO + Layout.WHO_PROTOCOL, R1);
    code.address(R1, R10, Noting.WHO + Layout.WHO_NAME).move(R2, Layout.WHO_NAME_BYTES);
    code.call(Helper.GET_CURRENT_COMM);
    Noting noting = new Noting(offsets, maps, code, emit);
    emit.task(R7);
    noting.whatItRuns();
    noting.write(0);
    emit.countFailure(Layout.LOST_SOCKETS, Noting.POINTER);
    code.jumpIf(R8, Condition.EQUAL, 0, "end"); // else who was noted before must not stay
    code.moveMap(R1, maps.sockets()).address(R2, R10, Noting.COOKIE).call(Helper.MAP_DELETE_ELEM);
    noting.giveBack(); // its release will find nothing to give back
  }
}
