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

import org.sallyport.kernel.bpf.Assembler;
import org.sallyport.kernel.bpf.Code;
import org.sallyport.kernel.bpf.Condition;
import org.sallyport.kernel.bpf.Helper;
import org.sallyport.kernel.bpf.Register;
import org.sallyport.kernel.bpf.Width;

/**
 * Tells what is executed (raw tracepoint sched_process_exec), of the whole host: the file, which of
 * all files it is, and its path as the kernel itself would tell it, name by name up to the root of
 * its mounts. A path of more than 40 names and mounts is told as not whole. Where it is executed
 * for another file (a script), the name of that one as it was given.
 *
 * <p>Helpers: get_current_task, probe_read_kernel, probe_read_kernel_str, ringbuf_output; loops:
 * Linux 5.8.
 */
final class ExecProgram {

  private static final int STEPS = 40;

  // below R10
  private static final int KEY = -8;
  private static final int POINTER = -16;
  private static final int STEP = -24;
  private static final int MOUNT = -32;
  private static final int FREE = -40;
  private static final int NAMESPACE = -48;
  private static final int BINARY = -56;

  /** Of the tracepoint's arguments (task, its former id, struct linux_binprm) the third. */
  private static final int ARGUMENT_BINARY = 2 * Long.BYTES;

  private final Offsets offsets;
  private final Maps maps;
  private final Assembler code = new Assembler();
  private final Emitter emit;

  ExecProgram(Offsets offsets, Maps maps) {
    this.offsets = offsets;
    this.maps = maps;
    this.emit = new Emitter(code, maps, Emitter.Reading.PROBED); // goes from a mount to its parent
  }

  /** R9 is the record, R8 the mount, R7 the dentry, R6 how long the names are. */
  Code build() {
    code.load(Width.LONG, R1, R1, ARGUMENT_BINARY).store(Width.LONG, R10, BINARY, R1);
    code.store(Width.INT, R10, KEY, 0);
    emit.lookup(maps.scratch(), KEY);
    code.jumpIf(R0, Condition.EQUAL, 0, "end").move(R9, R0);
    code.call(Helper.GET_CURRENT_PID_TGID).shiftRight(R0, 32);
    code.store(Width.INT, R9, Layout.EXEC_PROCESS, R0);
    code.call(Helper.KTIME_GET_BOOT_NS).store(Width.LONG, R9, Layout.EXEC_TIME, R0);
    code.store(Width.LONG, R9, Layout.EXEC_FLAGS, 0);
    emit.task(R7);
    emit.follow(R8, R7, offsets.taskNamespaces, POINTER);
    emit.follow(R8, R8, offsets.namespacesMount, POINTER);
    code.store(Width.LONG, R10, NAMESPACE, R8);
    keep(Width.INT, Layout.EXEC_NAMESPACE, R8, offsets.mountNamespaceNumber);
    emit.follow(R8, R7, offsets.taskMemory, POINTER);
    emit.follow(R8, R8, offsets.memoryFile, POINTER);
    code.store(Width.LONG, R9, Layout.EXEC_FILE, R8);
    tellInode();
    emit.follow(R7, R8, offsets.fileDentry, POINTER);
    emit.follow(R8, R8, offsets.fileMount, POINTER);
    code.add(R8, -offsets.mountInside);
    tellNames();
    tellScript();
    hand();
    return code.label("end").move(R0, 0).exit().assemble();
  }

  /** Reads kernel memory into the record. */
  private void keep(Width width, int to, Register base, int offset) {
    emit.read(POINTER, width, base, offset);
    code.load(width, R1, R10, POINTER).store(width, R9, to, R1);
  }

  private void tellInode() {
    emit.follow(R7, R8, offsets.fileInode, POINTER);
    keep(Width.LONG, Layout.EXEC_INODE, R7, offsets.inodeNumber);
    keep(Width.LONG, Layout.EXEC_SIZE, R7, offsets.inodeSize);
    keep(Width.LONG, Layout.EXEC_CHANGED_SECONDS, R7, offsets.inodeChangedSeconds);
    keep(Width.INT, Layout.EXEC_CHANGED_NS, R7, offsets.inodeChangedNs);
    keep(Width.INT, Layout.EXEC_GENERATION, R7, offsets.inodeGeneration);
    emit.follow(R7, R7, offsets.inodeSuper, POINTER);
    keep(Width.INT, Layout.EXEC_DEVICE, R7, offsets.superDevice);
  }

  private void tellNames() {
    emit.read(POINTER, Width.LONG, R7, offsets.dentryHash);
    code.load(Width.LONG, R1, R10, POINTER).jumpIf(R1, Condition.NOT_EQUAL, 0, "named");
    code.store(Width.INT, R9, Layout.EXEC_FLAGS, Layout.EXEC_NAMELESS);
    code.label("named").move(R6, 0).store(Width.LONG, R10, STEP, 0);
    code.label("step");
    code.load(Width.LONG, R1, R10, STEP).jumpIf(R1, Condition.AT_LEAST, STEPS, "done");
    code.add(R1, 1).store(Width.LONG, R10, STEP, R1);
    emit.follow(R1, R8, offsets.mountInside + offsets.mountRoot, POINTER);
    code.jumpIf(R1, Condition.NOT_EQUAL, R7, "name");
    upFromMount();
    code.label("name");
    emit.follow(R3, R7, offsets.dentryName, POINTER);
    code.and(R6, Layout.EXEC_NAMES_MAX - 1);
    code.address(R1, R9, Layout.EXEC_NAMES).add(R1, R6).move(R2, Layout.NAME_MAX);
    code.call(Helper.PROBE_READ_KERNEL_STR).jumpIf(R0, Condition.SIGNED_AT_MOST, 0, "done");
    code.add(R6, R0);
    code.jumpIf(R6, Condition.AT_LEAST, Layout.EXEC_NAMES_MAX, "done");
    emit.follow(R1, R7, offsets.dentryParent, POINTER);
    code.jumpIf(R1, Condition.EQUAL, R7, "alone");
    code.move(R7, R1).jump("step");
    code.label("alone"); // not below the root of its mount: a file that never had a name
    code.label("done");
  }

  /**
   * At the root of a mount the way goes on where it is mounted; the first mount has no such place.
   * Nor has one that was taken off: it belongs to no namespace any more, and its path is not whole.
   */
  private void upFromMount() {
    emit.follow(R1, R8, offsets.mountParent, POINTER);
    code.jumpIf(R1, Condition.EQUAL, R8, "root").store(Width.LONG, R10, MOUNT, R1);
    emit.follow(R7, R8, offsets.mountPoint, POINTER);
    code.load(Width.LONG, R8, R10, MOUNT).jump("step");
    code.label("root");
    emit.follow(R1, R8, offsets.mountNamespace, POINTER);
    code.load(Width.LONG, R2, R10, NAMESPACE).jumpIf(R1, Condition.NOT_EQUAL, R2, "done");
    code.load(Width.INT, R1, R9, Layout.EXEC_FLAGS).move(R2, Layout.EXEC_WHOLE);
    code.or(R1, R2).store(Width.INT, R9, Layout.EXEC_FLAGS, R1).jump("done");
  }

  /**
   * The kernel keeps the name that was asked for and the name of what it loads: one and the same
   * text, until an interpreter replaces the second. R7 is how long the name is.
   */
  private void tellScript() {
    code.and(R6, Layout.EXEC_NAMES_MAX - 1).store(Width.INT, R9, Layout.EXEC_NAMES_LENGTH, R6);
    code.store(Width.INT, R9, Layout.EXEC_SCRIPT_LENGTH, Layout.EXEC_SCRIPT_UNTOLD);
    code.load(Width.LONG, R8, R10, BINARY);
    emit.follow(R7, R8, offsets.binaryAskedFor, POINTER);
    emit.follow(R8, R8, offsets.binaryInterpreted, POINTER);
    code.move(R3, R7).move(R7, 0);
    code.jumpIf(R3, Condition.EQUAL, 0, "told").jumpIf(R8, Condition.EQUAL, 0, "told");
    code.jumpIf(R3, Condition.EQUAL, R8, "itself");
    code.address(R1, R9, Layout.EXEC_NAMES).add(R1, R6).move(R2, Layout.SCRIPT_MAX);
    code.call(Helper.PROBE_READ_KERNEL_STR);
    code.jumpIf(R0, Condition.AT_LEAST, Layout.SCRIPT_MAX, "told"); // failed, or cut off
    code.move(R7, R0);
    code.label("itself").store(Width.INT, R9, Layout.EXEC_SCRIPT_LENGTH, R7);
    code.label("told");
  }

  private void hand() {
    code.moveMap(R1, maps.execs()).move(R2, R9);
    code.move(R3, R6).add(R3, R7).add(R3, Layout.EXEC_NAMES).move(R4, 1);
    code.call(Helper.RINGBUF_OUTPUT);
    emit.countFailure(Layout.LOST_EXECS, FREE);
  }
}
