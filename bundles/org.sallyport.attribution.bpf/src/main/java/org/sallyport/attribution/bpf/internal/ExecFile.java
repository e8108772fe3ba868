// SPDX-License-Identifier: Apache-2.0
package org.sallyport.attribution.bpf.internal;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.sallyport.api.subject.FileIdentity;

/** One execution, as the kernel told it. Guarded by the table it is in. */
final class ExecFile {

  private static final long NS_PER_S = 1_000_000_000L;

  /** Since Linux 6.13 the kernel keeps a flag of its own above a change time's nanoseconds. */
  private static final int NS_BITS = 0x3fff_ffff;

  private static final int MINOR_BITS = 20;

  final long file;
  final long timeNs;
  final int kernelDevice;
  final int namespace;
  final int process;
  final FileIdentity identity;
  final boolean deleted;
  private final String path;
  private final Optional<String> script;

  /** How many executions had been lost when the ones before this were read. */
  long losses;

  ExecFile before;

  private ExecFile(ByteBuffer memory, int at, String path, Optional<String> script) {
    file = memory.getLong(at + Layout.EXEC_FILE);
    timeNs = memory.getLong(at + Layout.EXEC_TIME);
    kernelDevice = memory.getInt(at + Layout.EXEC_DEVICE);
    namespace = memory.getInt(at + Layout.EXEC_NAMESPACE);
    process = memory.getInt(at + Layout.EXEC_PROCESS);
    deleted = (memory.getInt(at + Layout.EXEC_FLAGS) & Layout.EXEC_NAMELESS) != 0;
    long changedNs =
        memory.getLong(at + Layout.EXEC_CHANGED_SECONDS) * NS_PER_S
            + (memory.getInt(at + Layout.EXEC_CHANGED_NS) & NS_BITS);
    identity =
        new FileIdentity(
            device(kernelDevice),
            memory.getLong(at + Layout.EXEC_INODE),
            Integer.toUnsignedLong(memory.getInt(at + Layout.EXEC_GENERATION)),
            memory.getLong(at + Layout.EXEC_SIZE),
            changedNs);
    this.path = path;
    this.script = script;
  }

  /** Reads a record; empty if it is too short for what it says. */
  static Optional<ExecFile> read(ByteBuffer memory, int at, int length) {
    if (length < Layout.EXEC_NAMES) {
      return Optional.empty();
    }
    int names = memory.getInt(at + Layout.EXEC_NAMES_LENGTH);
    if (names < 0 || names > length - Layout.EXEC_NAMES) {
      return Optional.empty();
    }
    int script = memory.getInt(at + Layout.EXEC_SCRIPT_LENGTH);
    if (script > length - Layout.EXEC_NAMES - names) {
      return Optional.empty();
    }
    boolean whole = (memory.getInt(at + Layout.EXEC_FLAGS) & Layout.EXEC_WHOLE) != 0;
    byte[] bytes = new byte[names];
    memory.get(at + Layout.EXEC_NAMES, bytes);
    Optional<String> name = script(memory, at + Layout.EXEC_NAMES + names, script);
    return Optional.of(new ExecFile(memory, at, whole ? path(bytes) : "", name));
  }

  private static Optional<String> script(ByteBuffer memory, int at, int length) {
    if (length <= 0) {
      return length == 0 ? Optional.of("") : Optional.empty();
    }
    byte[] bytes = new byte[length - 1]; // without the closing 0
    memory.get(at, bytes);
    return Optional.of(new String(bytes, StandardCharsets.UTF_8));
  }

  /** From the file up to the root, each name with its closing 0. */
  private static String path(byte[] names) {
    StringBuilder path = new StringBuilder();
    int end = names.length - 1;
    for (int at = end - 1; at >= -1; at--) {
      if (at == -1 || names[at] == 0) {
        path.append('/').append(new String(names, at + 1, end - at - 1, StandardCharsets.UTF_8));
        end = at;
      }
    }
    return path.toString();
  }

  /** A device's number as stat(2) tells it, from the kernel's own (linux/kdev_t.h). */
  static long device(int kernelDevice) {
    long number = Integer.toUnsignedLong(kernelDevice);
    long major = number >>> MINOR_BITS;
    long minor = number & ((1L << MINOR_BITS) - 1);
    return (major & 0xfff) << 8 | (minor & 0xff) | (minor & ~0xffL) << 12;
  }

  /** Its path; empty if it could not be told to the end. */
  Optional<String> path() {
    return path.isEmpty() ? Optional.empty() : Optional.of(path);
  }

  /**
   * What was asked for, where that is another file than this one: an empty text if it is not; empty
   * if it could not be told.
   */
  Optional<String> script() {
    return script;
  }

  boolean isOf(int device, long inode, int generation) {
    return kernelDevice == device
        && identity.inode() == inode
        && identity.generation() == Integer.toUnsignedLong(generation);
  }
}
