// SPDX-License-Identifier: Apache-2.0
package org.sallyport.kernel.bpf;

import java.util.Objects;
import java.util.regex.Pattern;

/**
 * What a map is to be.
 *
 * @param name for people: 1 to 15 of {@code A-Z a-z 0-9 _ .}
 * @param kind what it does
 * @param keyBytes the size of a key, 0 for a ring
 * @param valueBytes the size of a value, 0 for a ring
 * @param maxEntries how many entries at most; the bytes of a ring
 */
public record MapSpec(String name, Kind kind, int keyBytes, int valueBytes, int maxEntries) {

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_.]{1,15}");

  /** The kinds of maps used here (enum bpf_map_type of linux/bpf.h). */
  public enum Kind {
    /** Keys to values; memory is taken entry by entry (BPF_F_NO_PREALLOC). */
    HASH(1, 1),
    /** Values by their number from 0, all there from the start. */
    ARRAY(2, 0),
    /** The same, with values of 8 bytes that this process reads as {@link MappedCounters}; 5.5. */
    COUNTERS(2, 0x400),
    /** The same, an own value for each processor. */
    PER_CPU_ARRAY(6, 0),
    /** As {@link #HASH}; when it is full, what was not used for long goes. */
    LRU_HASH(9, 0),
    /** Records from programs to one reader, see {@link RingReader}; Linux 5.8. */
    RING(27, 0);

    private final int number;
    private final int flags;

    Kind(int number, int flags) {
      this.number = number;
      this.flags = flags;
    }

    int number() {
      return number;
    }

    int flags() {
      return flags;
    }
  }

  /** Checks ranges. */
  public MapSpec {
    requireName(name);
    Objects.requireNonNull(kind, "kind");
    if (keyBytes < 0 || valueBytes < 0 || maxEntries < 1) {
      throw new IllegalArgumentException("a map has no such size");
    }
    if (kind == Kind.RING && (Integer.bitCount(maxEntries) != 1 || maxEntries < 1 << 16)) {
      throw new IllegalArgumentException("a ring has a power of two of bytes, 65536 or more");
    }
  }

  /** Names of maps and programs; the kernel takes no others. */
  static void requireName(String name) {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException("a name has 1 to 15 of A-Z a-z 0-9 _ .");
    }
  }

  /**
   * A ring.
   *
   * @param name for people
   * @param byteCount a power of two, 65536 or more
   * @return its description
   */
  public static MapSpec ring(String name, int byteCount) {
    return new MapSpec(name, Kind.RING, 0, 0, byteCount);
  }
}
