// SPDX-License-Identifier: Apache-2.0
package org.sallyport.kernel.bpf;

import org.sallyport.kernel.internal.BpfCalls;
import org.sallyport.kernel.internal.LibC;
import org.sallyport.kernel.netlink.NativeBuffer;

/**
 * Has a program called for each of the things the kernel goes through, such as all open files of
 * all processes, and once more at the end (BPF_ITER_CREATE, Documentation/bpf/bpf_iterators.rst).
 */
public final class BpfIterator {

  /** The kernel goes on at each read, at most about a million things at a time. */
  private static final int MAX_READS = 1000;

  private static final int BUFFER = 4096;

  private BpfIterator() {}

  /**
   * Goes through everything once; blocks meanwhile, a millisecond for some thousand open files.
   *
   * @param program of {@link ProgramSpec.Hook#ITERATOR}, which writes nothing to its sequence
   * @throws BpfException if the kernel refuses
   */
  public static void run(BpfProgram program) throws BpfException {
    String what = "the program " + program.spec().name() + " could not be run";
    try (Descriptor link = made(BpfCalls.LINK_CREATE, program.descriptor(), program, what);
        Descriptor iterator = made(BpfCalls.ITERATOR_CREATE, link.number(), program, what)) {
      NativeBuffer nothing = NativeBuffer.allocate(BUFFER);
      for (int i = 0; i < MAX_READS; i++) {
        long read = LibC.read(iterator.number(), nothing.address(0), BUFFER);
        int error = read < 0 ? LibC.errno() : 0;
        if (read == 0) {
          return;
        }
        if (error != 0 && error != LibC.EAGAIN && error != LibC.EINTR) {
          throw new BpfException(what, error);
        }
      }
      throw new BpfException(what + ": it comes to no end", LibC.EAGAIN);
    }
  }

  private static Descriptor made(int command, int of, BpfProgram program, String what)
      throws BpfException {
    NativeBuffer attributes = BpfCalls.attributes();
    attributes.bytes().putInt(0, of);
    if (command == BpfCalls.LINK_CREATE) {
      attributes.bytes().putInt(8, program.spec().hook().attachType());
    }
    return new Descriptor(BpfException.demand(BpfCalls.call(command, attributes), what));
  }
}
