// SPDX-License-Identifier: Apache-2.0
package org.sallyport.kernel.bpf;

import java.io.Closeable;
import java.nio.file.Path;
import org.sallyport.kernel.internal.BpfCalls;
import org.sallyport.kernel.netlink.NativeBuffer;

/**
 * A program the kernel has verified and translated. It runs only where a {@link BpfLink} or a rule
 * of iptables leads to it, and lives as long as somebody holds it. Thread-safe.
 */
public final class BpfProgram implements Closeable {

  /** Some helpers are for programs under this licence only. */
  private static final String LICENCE = "GPL";

  private static final int NAME_AT = 48;
  private static final int ATTACH_TYPE_AT = 68;
  private static final int FUNCTION_AT = 108;
  private static final int LOG_BYTES = 1 << 20;
  private static final int LOG_SHOWN = 4000;

  private final ProgramSpec spec;
  private final Descriptor descriptor;

  private BpfProgram(ProgramSpec spec, Descriptor descriptor) {
    this.spec = spec;
    this.descriptor = descriptor;
  }

  /**
   * Loads a program. The verifier may take some 100 ms for one with loops.
   *
   * @param spec where it is to run
   * @param code its instructions
   * @return the program, for the caller to close
   * @throws BpfException if the kernel refuses; with the verifier's reasons where it was asked.
   *     EPERM: CAP_BPF is missing; EINVAL with "unknown func": CAP_PERFMON is, or the kernel is too
   *     old
   */
  public static BpfProgram load(ProgramSpec spec, Code code) throws BpfException {
    NativeBuffer instructions = NativeBuffer.allocate(code.size() * Instruction.LENGTH);
    code.write(instructions.bytes());
    NativeBuffer licence = BpfCalls.text(LICENCE);
    NativeBuffer attributes = BpfCalls.attributes();
    attributes
        .bytes()
        .putInt(0, spec.hook().type())
        .putInt(4, code.size())
        .putLong(8, instructions.address(0))
        .putLong(16, licence.address(0))
        .putInt(ATTACH_TYPE_AT, spec.hook().attachType())
        .putInt(FUNCTION_AT, spec.function());
    NativeBuffer name = BpfCalls.text(spec.name());
    attributes.bytes().put(NAME_AT, name.bytes(), 0, name.capacity());
    int loaded = BpfCalls.call(BpfCalls.PROG_LOAD, attributes, instructions, licence);
    if (loaded < 0) {
      throw explained(spec, attributes, -loaded, instructions, licence);
    }
    return new BpfProgram(spec, new Descriptor(loaded));
  }

  /** Asks again with a log, which costs the verifier more than the check itself. */
  private static BpfException explained(
      ProgramSpec spec, NativeBuffer attributes, int error, NativeBuffer... named) {
    NativeBuffer log = NativeBuffer.allocate(LOG_BYTES);
    attributes.bytes().putInt(24, 1).putInt(28, LOG_BYTES).putLong(32, log.address(0));
    int loaded = BpfCalls.call(BpfCalls.PROG_LOAD, attributes, log, named[0], named[1]);
    if (loaded >= 0) {
      new Descriptor(loaded).close();
    }
    String all = BpfCalls.text(log, 0, LOG_BYTES);
    String end = all.substring(Math.max(0, all.length() - LOG_SHOWN)).strip();
    return new BpfException("the program " + spec.name() + " is refused", error, end);
  }

  /**
   * Where it is to run.
   *
   * @return as it was loaded
   */
  public ProgramSpec spec() {
    return spec;
  }

  int descriptor() {
    return descriptor.number();
  }

  /**
   * What the kernel says of it.
   *
   * @return its type, name, tag and owner
   * @throws BpfException if the kernel refuses
   */
  public ProgramInfo info() throws BpfException {
    return ProgramInfo.of(descriptor());
  }

  /**
   * Gives it a name in a BPF file system, by which iptables finds it, and which keeps it.
   *
   * @param file a path in such a file system; its folder exists, nothing has that name
   * @throws BpfException if the kernel refuses
   */
  public void pin(Path file) throws BpfException {
    NativeBuffer attributes = BpfCalls.attributes();
    NativeBuffer path = BpfCalls.text(file.toString());
    attributes.bytes().putLong(0, path.address(0)).putInt(8, descriptor());
    int pinned = BpfCalls.call(BpfCalls.OBJ_PIN, attributes, path);
    BpfException.demand(pinned, "the program " + spec.name() + " could not be pinned at " + file);
  }

  /**
   * Runs a packet program once on a packet of one's own, which goes nowhere.
   *
   * @param packet an Ethernet header of 14 bytes, then the packet
   * @return the program's result
   * @throws BpfException if the kernel refuses
   */
  public int test(byte[] packet) throws BpfException {
    NativeBuffer data = NativeBuffer.allocate(packet.length);
    data.bytes().put(0, packet);
    NativeBuffer attributes = BpfCalls.attributes();
    attributes
        .bytes()
        .putInt(0, descriptor())
        .putInt(8, packet.length)
        .putLong(16, data.address(0))
        .putInt(32, 1);
    int ran = BpfCalls.call(BpfCalls.PROG_TEST_RUN, attributes, data);
    BpfException.demand(ran, "the program " + spec.name() + " could not be tried");
    return attributes.bytes().getInt(4);
  }

  /** Lets it go; idempotent. Links, pins and rules keep it. */
  @Override
  public void close() {
    descriptor.close();
  }
}
