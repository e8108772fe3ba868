// SPDX-License-Identifier: Apache-2.0
package org.sallyport.attribution.bpf.internal;

import static org.sallyport.kernel.bpf.Register.R0;
import static org.sallyport.kernel.bpf.Register.R1;
import static org.sallyport.kernel.bpf.Register.R10;
import static org.sallyport.kernel.bpf.Register.R2;
import static org.sallyport.kernel.bpf.Register.R3;
import static org.sallyport.kernel.bpf.Register.R4;
import static org.sallyport.kernel.bpf.Register.R7;
import static org.sallyport.kernel.bpf.Register.R8;

import org.sallyport.kernel.bpf.Assembler;
import org.sallyport.kernel.bpf.Condition;
import org.sallyport.kernel.bpf.Helper;
import org.sallyport.kernel.bpf.Width;

/**
 * How a program notes who a socket belongs to: the note is put together below R10, and whose share
 * it counts in is kept. The program has a label {@code end}, and R0 to R5 and R8 are changed.
 *
 * <p>No user has more than a share of the notes: who opens sockets without end is no longer noted,
 * and takes nobody else's place.
 */
final class Noting {

  /** For {@link #write}: not where there is a note already (BPF_NOEXIST). */
  static final int ONLY_NEW = 1;

  // below R10
  static final int COOKIE = -8;
  static final int WHO = COOKIE - Layout.WHO_VALUE_LENGTH;
  static final int POINTER = WHO - 8;
  static final int CGROUP = POINTER - 8;
  static final int TOLD = CGROUP - 8;
  static final int ACCOUNT = TOLD - 8;
  private static final int NONE = ACCOUNT - 8;

  /** What is below is the program's own. */
  static final int FREE = NONE;

  private final Offsets offsets;
  private final Maps maps;
  private final Assembler code;
  private final Emitter emit;

  Noting(Offsets offsets, Maps maps, Assembler code, Emitter emit) {
    this.offsets = offsets;
    this.maps = maps;
    this.code = code;
    this.emit = emit;
  }

  /** One more for the user in {@link #ACCOUNT}; if that is too many, it is counted and left. */
  void account(int share) {
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

  /** One fewer for the user in {@link #ACCOUNT}. */
  void giveBack() {
    emit.lookup(maps.users(), ACCOUNT);
    code.jumpIf(R0, Condition.EQUAL, 0, "end").move(R1, -1).addAtomic(R0, 0, R1);
  }

  /** Fills in what the task in R7 is: its executions, start, parent and file. */
  void whatItRuns() {
    emit.read(WHO + Layout.WHO_EXECUTIONS, Width.INT, R7, offsets.taskExecId);
    emit.follow(R8, R7, offsets.taskLeader, POINTER);
    emit.read(WHO + Layout.WHO_START, Width.LONG, R8, offsets.taskStart);
    emit.follow(R8, R7, offsets.taskParent, POINTER);
    emit.read(WHO + Layout.WHO_PARENT, Width.INT, R8, offsets.taskTgid);
    emit.follow(R8, R8, offsets.taskLeader, POINTER);
    emit.read(WHO + Layout.WHO_PARENT_START, Width.LONG, R8, offsets.taskStart);
    emit.follow(R8, R7, offsets.taskMemory, POINTER);
    emit.follow(R8, R8, offsets.memoryFile, POINTER);
    code.store(Width.LONG, R10, WHO + Layout.WHO_FILE, R8);
    emit.follow(R8, R8, offsets.fileInode, POINTER);
    emit.read(WHO + Layout.WHO_INODE, Width.LONG, R8, offsets.inodeNumber);
    emit.read(WHO + Layout.WHO_GENERATION, Width.INT, R8, offsets.inodeGeneration);
    emit.follow(R8, R8, offsets.inodeSuper, POINTER);
    emit.read(WHO + Layout.WHO_DEVICE, Width.INT, R8, offsets.superDevice);
  }

  /** Writes the note of the socket whose cookie is in its place; R8 is 0 if that was possible. */
  void write(int flags) {
    copy(CGROUP, Layout.WHO_CGROUP);
    copy(TOLD, Layout.WHO_TOLD);
    copy(ACCOUNT, Layout.WHO_ACCOUNT);
    code.call(Helper.KTIME_GET_BOOT_NS).store(Width.LONG, R10, WHO + Layout.WHO_WRITTEN, R0);
    code.moveMap(R1, maps.sockets()).address(R2, R10, COOKIE).address(R3, R10, WHO);
    code.move(R4, flags).call(Helper.MAP_UPDATE_ELEM).move(R8, R0);
  }

  private void copy(int from, int toWho) {
    code.load(Width.LONG, R1, R10, from).store(Width.LONG, R10, WHO + toWho, R1);
  }
}
