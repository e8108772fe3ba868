// SPDX-License-Identifier: Apache-2.0
package org.sallyport.kernel.bpf;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import org.sallyport.kernel.internal.BpfCalls;
import org.sallyport.kernel.internal.LibC;
import org.sallyport.kernel.internal.SystemFiles;
import org.sallyport.kernel.netlink.NativeBuffer;

/**
 * A program that runs. It stops when the link is closed, or with the process, however that ends:
 * nothing is attached the older way (BPF_PROG_ATTACH), which would outlive a killed daemon.
 */
public final class BpfLink implements Closeable {

  private final Descriptor descriptor;

  private BpfLink(Descriptor descriptor) {
    this.descriptor = descriptor;
  }

  /**
   * Has a program run for all processes of a cgroup and of those below it, beside programs of
   * others (BPF_LINK_CREATE, Linux 5.7).
   *
   * @param program of a hook that belongs to cgroups
   * @param cgroup the folder of a cgroup of version 2
   * @return the link
   * @throws IOException if the folder is none of a cgroup, or the kernel refuses
   */
  public static BpfLink toCgroup(BpfProgram program, Path cgroup) throws IOException {
    if (!program.spec().hook().isOfCgroup()) {
      throw new IllegalArgumentException(program.spec().hook() + " belongs to no cgroup");
    }
    int folder = SystemFiles.openForReading(cgroup.toString());
    try {
      NativeBuffer attributes = BpfCalls.attributes();
      attributes
          .bytes()
          .putInt(0, program.descriptor())
          .putInt(4, folder)
          .putInt(8, program.spec().hook().attachType());
      int made = BpfCalls.call(BpfCalls.LINK_CREATE, attributes);
      return of(made, program, cgroup.toString());
    } finally {
      LibC.close(folder);
    }
  }

  /**
   * Has a program run whenever the kernel passes a tracepoint (BPF_RAW_TRACEPOINT_OPEN).
   *
   * @param program of {@link ProgramSpec.Hook#RAW_TRACEPOINT}
   * @param tracepoint its name, such as {@code sched_process_exec}
   * @return the link
   * @throws BpfException if there is no such tracepoint, or the kernel refuses
   */
  public static BpfLink toTracepoint(BpfProgram program, String tracepoint) throws BpfException {
    NativeBuffer attributes = BpfCalls.attributes();
    NativeBuffer name = BpfCalls.text(tracepoint);
    attributes.bytes().putLong(0, name.address(0)).putInt(8, program.descriptor());
    int made = BpfCalls.call(BpfCalls.RAW_TRACEPOINT_OPEN, attributes, name);
    return of(made, program, tracepoint);
  }

  private static BpfLink of(int made, BpfProgram program, String where) throws BpfException {
    String what = "the program " + program.spec().name() + " could not be attached to " + where;
    return new BpfLink(new Descriptor(BpfException.demand(made, what)));
  }

  /** The program runs no more; idempotent. One that runs at this moment comes to its end. */
  @Override
  public void close() {
    descriptor.close();
  }
}
