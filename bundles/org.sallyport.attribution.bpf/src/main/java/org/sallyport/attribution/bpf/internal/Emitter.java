// SPDX-License-Identifier: Apache-2.0
package org.sallyport.attribution.bpf.internal;

import static org.sallyport.kernel.bpf.Register.R0;
import static org.sallyport.kernel.bpf.Register.R1;
import static org.sallyport.kernel.bpf.Register.R10;
import static org.sallyport.kernel.bpf.Register.R2;
import static org.sallyport.kernel.bpf.Register.R3;
import static org.sallyport.kernel.bpf.Register.R4;

import org.sallyport.kernel.bpf.Assembler;
import org.sallyport.kernel.bpf.BpfMap;
import org.sallyport.kernel.bpf.Condition;
import org.sallyport.kernel.bpf.Helper;
import org.sallyport.kernel.bpf.Register;
import org.sallyport.kernel.bpf.Width;

/** Pieces that several programs are made of. All change R0 to R5. */
final class Emitter {

  private final Assembler code;
  private final Maps maps;
  private final Reading reading;
  private int labels;

  /** How a program reads the kernel's own structures. What cannot be read is 0 in both. */
  enum Reading {
    /**
     * By a plain load of what the verifier knows the type of: a sixth of the price. Only from the
     * running task on, along pointers; Linux 5.16.
     */
    TYPED,
    /** By a helper, which takes any address; Linux 5.8. */
    PROBED
  }

  Emitter(Assembler code, Maps maps, Reading reading) {
    this.code = code;
    this.maps = maps;
    this.reading = reading;
  }

  /** Sets a register to the running task, from where {@link #read} and {@link #follow} go on. */
  void task(Register target) {
    boolean typed = reading == Reading.TYPED;
    code.call(typed ? Helper.GET_CURRENT_TASK_BTF : Helper.GET_CURRENT_TASK).move(target, R0);
  }

  /** Reads kernel memory to a place below R10. */
  void read(int to, Width width, Register base, int offset) {
    if (reading == Reading.TYPED) {
      code.load(width, R1, base, offset).store(width, R10, to, R1);
      return;
    }
    code.address(R1, R10, to);
    code.move(R2, width.byteCount());
    code.address(R3, base, offset);
    code.call(Helper.PROBE_READ_KERNEL);
  }

  /** Follows a pointer of the kernel, if need be by way of a place below R10. */
  void follow(Register target, Register base, int offset, int by) {
    if (reading == Reading.TYPED) {
      code.load(Width.LONG, target, base, offset);
      return;
    }
    read(by, Width.LONG, base, offset);
    code.load(Width.LONG, target, R10, by);
  }

  /** Looks a map up by a key below R10; R0 is the value's address, or 0. */
  void lookup(BpfMap map, int key) {
    code.moveMap(R1, map).address(R2, R10, key).call(Helper.MAP_LOOKUP_ELEM);
  }

  /** Puts bytes from below R10 into a ring; nobody is woken. Counts it if there is no room. */
  void output(BpfMap ring, int from, int bytes, int loss) {
    code.moveMap(R1, ring).address(R2, R10, from).move(R3, bytes).move(R4, 1);
    code.call(Helper.RINGBUF_OUTPUT);
    countFailure(loss, from);
  }

  /** Counts where R0 says that something failed; uses 4 bytes below R10. */
  void countFailure(int loss, int free) {
    String done = "counted-" + labels++;
    code.jumpIf(R0, Condition.EQUAL, 0, done);
    code.store(Width.INT, R10, free, loss);
    lookup(maps.losses(), free);
    code.jumpIf(R0, Condition.EQUAL, 0, done);
    code.move(R1, 1).addAtomic(R0, 0, R1);
    code.label(done);
  }
}
