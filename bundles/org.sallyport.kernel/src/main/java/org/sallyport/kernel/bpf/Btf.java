// SPDX-License-Identifier: Apache-2.0
package org.sallyport.kernel.bpf;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.OptionalInt;

/**
 * The kernel's own description of its types (BTF; Documentation/bpf/btf.rst, linux/btf.h): where
 * the members of its structures stand.
 *
 * <pre>
 *  0      2    3      4         8         12        16        20        24
 * +------+----+------+---------+---------+---------+---------+---------+----
 * | magic|vers|flags | header  | type    | type    | string  | string  | …
 * |      |    |      | length  | offset  | length  | offset  | length  |
 * +------+----+------+---------+---------+---------+---------+---------+----
 * </pre>
 *
 * Offsets count from the end of the header. Whatever the bytes are, reading them ends, and in
 * nothing worse than a {@link BtfException}. Immutable.
 */
public final class Btf {

  /** Where the kernel shows it; some megabytes, since Linux 5.4. */
  public static final Path KERNEL_FILE = Path.of("/sys/kernel/btf/vmlinux");

  private static final int MAGIC = 0xeb9f;
  private static final int HEADER_LENGTH = 24;
  private static final int MAX_BYTES = 256 << 20;
  private static final int MAX_ALIASES = 32;
  private static final int MAX_INNER = 4096;

  private final ByteBuffer bytes;
  private final BtfTypes types;
  private final int stringsAt;
  private final int stringsEnd;

  private Btf(ByteBuffer bytes, BtfTypes types, int stringsAt, int stringsEnd) {
    this.bytes = bytes;
    this.types = types;
    this.stringsAt = stringsAt;
    this.stringsEnd = stringsEnd;
  }

  /**
   * Reads the running kernel's types; takes some 50 ms.
   *
   * @return the types
   * @throws IOException if the kernel was built without, or they cannot be understood
   */
  public static Btf ofKernel() throws IOException {
    if (!Files.exists(KERNEL_FILE)) {
      throw new BtfException("this kernel does not describe its types: no " + KERNEL_FILE);
    }
    return parse(ByteBuffer.wrap(Files.readAllBytes(KERNEL_FILE)));
  }

  /**
   * Reads types.
   *
   * @param data from its position to its limit; kept, and not to be changed any more
   * @return the types
   * @throws BtfException if this is no BTF of version 1, or not whole
   */
  public static Btf parse(ByteBuffer data) throws BtfException {
    ByteBuffer bytes = data.slice().order(ByteOrder.LITTLE_ENDIAN);
    if (bytes.limit() < HEADER_LENGTH || bytes.limit() > MAX_BYTES) {
      throw new BtfException(bytes.limit() + " bytes are no BTF");
    }
    if (Short.toUnsignedInt(bytes.getShort(0)) != MAGIC) {
      bytes.order(ByteOrder.BIG_ENDIAN);
    }
    if (Short.toUnsignedInt(bytes.getShort(0)) != MAGIC || bytes.get(2) != 1) {
      throw new BtfException("this is no BTF of version 1");
    }
    int header = bytes.getInt(4);
    if (header < HEADER_LENGTH || header > bytes.limit()) {
      throw new BtfException("the header has no such length: " + header);
    }
    int typesAt = part(bytes, header, bytes.getInt(8), bytes.getInt(12));
    int stringsAt = part(bytes, header, bytes.getInt(16), bytes.getInt(20));
    BtfTypes types = BtfTypes.index(bytes, typesAt, typesAt + bytes.getInt(12));
    return new Btf(bytes, types, stringsAt, stringsAt + bytes.getInt(20));
  }

  private static int part(ByteBuffer bytes, int header, int offset, int length)
      throws BtfException {
    long from = header + Integer.toUnsignedLong(offset);
    if (from + Integer.toUnsignedLong(length) > bytes.limit()) {
      throw new BtfException("a section goes beyond the end");
    }
    return (int) from;
  }

  /**
   * How many types there are.
   *
   * @return 0 or more
   */
  public int size() {
    return types.count();
  }

  /**
   * The number of one of the kernel's functions, by which programs are told where they run.
   *
   * @param name such as {@code bpf_iter_task_file}
   * @return 1 or more
   * @throws BtfException if there is no such function
   */
  public int function(String name) throws BtfException {
    return named(BtfTypes.FUNCTION, name.getBytes(StandardCharsets.UTF_8))
        .orElseThrow(() -> new BtfException("this kernel has no function " + name));
  }

  /**
   * Where a member stands in a structure; members of unnamed structures and unions inside count as
   * its own.
   *
   * @param structure the name of a struct, such as {@code task_struct}
   * @param path members separated by dots, each but the last a struct or union held by value, such
   *     as {@code f_path.dentry}
   * @return bytes from the structure's start
   * @throws BtfException if there is no such structure or member, or it does not begin at a byte
   */
  public int offset(String structure, String path) throws BtfException {
    return find(structure, path)
        .orElseThrow(
            () -> new BtfException("struct " + structure + " of this kernel has no " + path));
  }

  /**
   * As {@link #offset}, for members that not every kernel has.
   *
   * @param structure the name of a struct
   * @param path members separated by dots
   * @return bytes from the structure's start, or empty if there is no such structure or member
   * @throws BtfException if the types contradict each other, or it does not begin at a byte
   */
  public OptionalInt find(String structure, String path) throws BtfException {
    int type = named(BtfTypes.STRUCT, structure.getBytes(StandardCharsets.UTF_8)).orElse(0);
    int offset = 0;
    for (String name : path.split("\\.", -1)) {
      if (type == 0) {
        return OptionalInt.empty();
      }
      long member = member(type, name.getBytes(StandardCharsets.UTF_8));
      if (member < 0) {
        return OptionalInt.empty();
      }
      offset = Math.addExact(offset, (int) member);
      type = aggregate((int) (member >>> Integer.SIZE));
    }
    return OptionalInt.of(offset);
  }

  private OptionalInt named(int kind, byte[] name) {
    for (int type = 1; type <= types.count(); type++) {
      if (types.kind(type) == kind && isNamed(types.name(type), name)) {
        return OptionalInt.of(type);
      }
    }
    return OptionalInt.empty();
  }

  /** The struct or union that a type is by other names, or 0. */
  private int aggregate(int type) {
    int seen = type;
    for (int i = 0; i < MAX_ALIASES && types.isAlias(seen); i++) {
      seen = types.reference(seen);
    }
    return types.isAggregate(seen) ? seen : 0;
  }

  private record Inner(int type, int bits) {}

  /** Type in the upper half, offset in bytes in the lower; -1 if there is none. */
  private long member(int aggregate, byte[] name) throws BtfException {
    Deque<Inner> open = new ArrayDeque<>();
    open.add(new Inner(aggregate, 0));
    for (int seen = 0; !open.isEmpty(); seen++) {
      Inner inner = open.remove();
      for (int i = 0; i < types.memberCount(inner.type); i++) {
        int type = types.memberType(inner.type, i);
        long bits = inner.bits + Integer.toUnsignedLong(types.memberBits(inner.type, i));
        if (bits > Integer.MAX_VALUE) {
          throw new BtfException("a member lies beyond every structure");
        }
        if (isNamed(types.memberName(inner.type, i), name)) {
          return found(type, (int) bits, types.isBitField(inner.type, i));
        }
        if (types.memberName(inner.type, i) == 0 && aggregate(type) > 0) {
          if (seen + open.size() >= MAX_INNER) {
            throw new BtfException("a structure has structures inside without end");
          }
          open.add(new Inner(aggregate(type), (int) bits));
        }
      }
    }
    return -1;
  }

  private static long found(int type, int bits, boolean bitField) throws BtfException {
    if (bitField || bits % Byte.SIZE != 0) {
      throw new BtfException("the member is a bit field, which has no address");
    }
    return (long) type << Integer.SIZE | bits / Byte.SIZE;
  }

  private boolean isNamed(int nameOffset, byte[] name) {
    long from = stringsAt + Integer.toUnsignedLong(nameOffset);
    if (from + name.length >= stringsEnd || bytes.get((int) from + name.length) != 0) {
      return false;
    }
    byte[] found = new byte[name.length];
    bytes.get((int) from, found);
    return Arrays.equals(found, name);
  }
}
