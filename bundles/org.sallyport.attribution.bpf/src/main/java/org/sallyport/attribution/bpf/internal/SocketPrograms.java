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
 * <p>No user has more than a share of the notes: who opens sockets without end is no longer noted,
 * and takes nobody else's place.
 *
 * <p>Helpers: get_netns_cookie, get_socket_cookie, get_current_task, probe_read_kernel and those of
 * maps. Since Linux 5.9 for release; 5.14 for the cookie of this namespace.
 */
final class SocketPrograms {

  // struct bpf_sock and struct bpf_sock_addr of linux/bpf.h
  private static final int SOCK_PROTOCOL = 12;
  private static final int SOCK_ADDR_PROTOCOL = 36;

  private static final int ONLY_NEW = 1; // BPF_NOEXIST

  // below R10
  private static final int COOKIE = -8;
  private static final int WHO = COOKIE - Layout.WHO_VALUE_LENGTH;
  private static final int POINTER = WHO - 8;
  private static final int CGROUP = POINTER - 8;
  private static final int TOLD = CGROUP - 8;
  private static final int ACCOUNT = TOLD - 8;
  private static final int NONE = ACCOUNT - 8;
  private static final int START = NONE - 8;
  private static final int CLOSED = -8 - Layout.CLOSED_BYTES;

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
    code.call(Helper.GET_CURRENT_CGROUP_ID).store(Width.LONG, R10, CGROUP, R0);
    code.store(Width.LONG, R10, TOLD, 0);
    account(code, emit);
    note(code, emit, SOCK_PROTOCOL);
    return end(code);
  }

  Code use() {
    Assembler code = new Assembler();
    Emitter emit = new Emitter(code, maps, reading);
    begin(code);
    code.store(Width.LONG, R10, CGROUP, 0); // of its creation, which nobody saw
    code.store(Width.LONG, R10, TOLD, 0);
    emit.task(R7);
    code.call(Helper.GET_CURRENT_PID_TGID).shiftRight(R0, 32).move(R8, R0);
    emit.read(POINTER, Width.INT, R7, offsets.taskExecId);
    code.load(Width.INT, R9, R10, POINTER);
    emit.follow(R7, R7, offsets.taskLeader, POINTER);
    emit.read(START, Width.LONG, R7, offsets.taskStart);
    code.call(Helper.GET_CURRENT_UID_GID).move(R7, R0);
    emit.lookup(maps.sockets(), COOKIE);
    code.jumpIf(R0, Condition.EQUAL, 0, "new");
    code.load(Width.INT, R1, R0, Layout.WHO_ACCOUNT).store(Width.LONG, R10, ACCOUNT, R1);
    code.load(Width.LONG, R1, R0, Layout.WHO_CGROUP).store(Width.LONG, R10, CGROUP, R1);
    code.load(Width.LONG, R1, R0, Layout.WHO_TOLD).store(Width.LONG, R10, TOLD, R1);
    code.load(Width.INT, R1, R0, Layout.WHO_PROCESS).jumpIf(R1, Condition.NOT_EQUAL, R8, "note");
    code.load(Width.LONG, R1, R0, Layout.WHO_USER).jumpIf(R1, Condition.NOT_EQUAL, R7, "note");
    code.load(Width.LONG, R1, R0, Layout.WHO_START).load(Width.LONG, R2, R10, START);
    code.jumpIf(R1, Condition.NOT_EQUAL, R2, "note");
    code.load(Width.INT, R1, R0, Layout.WHO_EXECUTIONS).jumpIf(R1, Condition.EQUAL, R9, "end");
    code.jump("note").label("new");
    account(code, emit);
    code.label("note");
    note(code, emit, SOCK_ADDR_PROTOCOL);
    return end(code);
  }

  Code release() {
    Assembler code = new Assembler();
    Emitter emit = new Emitter(code, maps, reading);
    code.call(Helper.GET_SOCKET_COOKIE).store(Width.LONG, R10, COOKIE, R0);
    emit.lookup(maps.sockets(), COOKIE);
    code.jumpIf(R0, Condition.EQUAL, 0, "end");
    code.load(Width.INT, R1, R0, Layout.WHO_ACCOUNT).store(Width.LONG, R10, ACCOUNT, R1);
    code.load(Width.LONG, R1, R0, Layout.WHO_TOLD).jumpIf(R1, Condition.EQUAL, 0, "forget");
    code.store(Width.INT, R10, CLOSED, Layout.KIND_CLOSED);
    code.store(Width.INT, R10, CLOSED + Layout.PACKET_LENGTH, 0);
    code.load(Width.LONG, R1, R10, COOKIE);
    code.store(Width.LONG, R10, CLOSED + Layout.PACKET_COOKIE, R1);
    emit.output(maps.packets(), CLOSED, Layout.CLOSED_BYTES, Layout.LOST_CLOSED);
    code.label("forget");
    code.moveMap(R1, maps.sockets()).address(R2, R10, COOKIE).call(Helper.MAP_DELETE_ELEM);
    code.jumpIf(R0, Condition.NOT_EQUAL, 0, "end");
    emit.lookup(maps.users(), ACCOUNT);
    code.jumpIf(R0, Condition.EQUAL, 0, "end").move(R1, -1).addAtomic(R0, 0, R1);
    return end(code);
  }

  /** R6 is the context, the cookie in its place; other namespaces' sockets are done with. */
  private void begin(Assembler code) {
    code.move(R6, R1);
    code.call(Helper.GET_NETNS_COOKIE);
    code.moveLong(R1, namespace).jumpIf(R0, Condition.NOT_EQUAL, R1, "end");
    code.move(R1, R6).call(Helper.GET_SOCKET_COOKIE).store(Width.LONG, R10, COOKIE, R0);
  }

  /** One more of the running user's; if that is too many, it is counted and left. */
  private void account(Assembler code, Emitter emit) {
    code.call(Helper.GET_CURRENT_UID_GID).shiftLeft(R0, 32).shiftRight(R0, 32);
    code.store(Width.LONG, R10, ACCOUNT, R0);
    emit.lookup(maps.users(), ACCOUNT);
    code.jumpIf(R0, Condition.NOT_EQUAL, 0, "user");
    code.store(Width.LONG, R10, NONE, 0);
    code.moveMap(R1, maps.users()).address(R2, R10, ACCOUNT).address(R3, R10, NONE);
    code.move(R4, ONLY_NEW).call(Helper.MAP_UPDATE_ELEM); // fails if another processor was first
    emit.lookup(maps.users(), ACCOUNT);
    code.jumpIf(R0, Condition.EQUAL, 0, "too many");
    code.label("user");
    code.load(Width.LONG, R1, R0, 0).jumpIf(R1, Condition.AT_LEAST, share, "too many");
    code.move(R1, 1).addAtomic(R0, 0, R1).jump("accounted");
    code.label("too many").move(R0, 1);
    emit.countFailure(Layout.LOST_SOCKETS, POINTER);
    code.jump("end").label("accounted");
  }

  /** None of these has a say: whatever happened, the program goes on. */
  private static Code end(Assembler code) {
    return code.label("end").move(R0, 1).exit().assemble();
  }

  private void note(Assembler code, Emitter emit, int protocolAt) {
    code.call(Helper.GET_CURRENT_PID_TGID).shiftRight(R0, 32);
    code.store(Width.INT, R10, WHO + Layout.WHO_PROCESS, R0);
    code.call(Helper.GET_CURRENT_UID_GID).store(Width.LONG, R10, WHO + Layout.WHO_USER, R0);
    code.call(Helper.KTIME_GET_BOOT_NS).store(Width.LONG, R10, WHO + Layout.WHO_WRITTEN, R0);
    code.load(Width.LONG, R1, R10, CGROUP).store(Width.LONG, R10, WHO + Layout.WHO_CGROUP, R1);
    code.load(Width.LONG, R1, R10, TOLD).store(Width.LONG, R10, WHO + Layout.WHO_TOLD, R1);
    code.load(Width.LONG, R1, R10, ACCOUNT).store(Width.LONG, R10, WHO + Layout.WHO_ACCOUNT, R1);
    code.load(Width.INT, R1, R6, protocolAt).store(Width.INT, R10, WHO + Layout.WHO_PROTOCOL, R1);
    code.address(R1, R10, WHO + Layout.WHO_NAME).move(R2, Layout.WHO_NAME_BYTES);
    code.call(Helper.GET_CURRENT_COMM);
    emit.task(R7);
    noteProcess(emit);
    noteFile(code, emit);
    code.moveMap(R1, maps.sockets()).address(R2, R10, COOKIE).address(R3, R10, WHO).move(R4, 0);
    code.call(Helper.MAP_UPDATE_ELEM).move(R8, R0);
    emit.countFailure(Layout.LOST_SOCKETS, POINTER);
    code.jumpIf(R8, Condition.EQUAL, 0, "end"); // else who was noted before must not stay
    code.moveMap(R1, maps.sockets()).address(R2, R10, COOKIE).call(Helper.MAP_DELETE_ELEM);
  }

  private void noteProcess(Emitter emit) {
    emit.read(WHO + Layout.WHO_EXECUTIONS, Width.INT, R7, offsets.taskExecId);
    emit.follow(R8, R7, offsets.taskLeader, POINTER);
    emit.read(WHO + Layout.WHO_START, Width.LONG, R8, offsets.taskStart);
    emit.follow(R8, R7, offsets.taskParent, POINTER);
    emit.read(WHO + Layout.WHO_PARENT, Width.INT, R8, offsets.taskTgid);
    emit.follow(R8, R8, offsets.taskLeader, POINTER);
    emit.read(WHO + Layout.WHO_PARENT_START, Width.LONG, R8, offsets.taskStart);
  }

  private void noteFile(Assembler code, Emitter emit) {
    emit.follow(R8, R7, offsets.taskMemory, POINTER);
    emit.follow(R8, R8, offsets.memoryFile, POINTER);
    code.store(Width.LONG, R10, WHO + Layout.WHO_FILE, R8);
    emit.follow(R8, R8, offsets.fileInode, POINTER);
    emit.read(WHO + Layout.WHO_INODE, Width.LONG, R8, offsets.inodeNumber);
    emit.read(WHO + Layout.WHO_GENERATION, Width.INT, R8, offsets.inodeGeneration);
    emit.follow(R8, R8, offsets.inodeSuper, POINTER);
    emit.read(WHO + Layout.WHO_DEVICE, Width.INT, R8, offsets.superDevice);
  }
}
