// SPDX-License-Identifier: Apache-2.0
package org.sallyport.kernel.bpf;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * The types of a BTF by their numbers ({@code struct btf_type} of linux/btf.h):
 *
 * <pre>
 *  0         4                                  8            12
 * +---------+----------------------------------+------------+------------------
 * | name    | kind flag 31, kind 28-24, vlen   | size, type | as the kind says
 * +---------+----------------------------------+------------+------------------
 * </pre>
 *
 * Number 0 is void. A number that names no type is void too, so that references need no checks.
 */
final class BtfTypes {

  static final int STRUCT = 4;
  static final int FUNCTION = 12;

  private static final int INT = 1;
  private static final int POINTER = 2;
  private static final int ARRAY = 3;
  private static final int UNION = 5;
  private static final int ENUM = 6;
  private static final int FORWARD = 7;
  private static final int TYPEDEF = 8;
  private static final int VOLATILE = 9;
  private static final int CONST = 10;
  private static final int RESTRICT = 11;
  private static final int PROTOTYPE = 13;
  private static final int VARIABLE = 14;
  private static final int SECTION = 15;
  private static final int FLOAT = 16;
  private static final int DECLARATION_TAG = 17;
  private static final int TYPE_TAG = 18;
  private static final int ENUM_64 = 19;

  private static final int HEAD_LENGTH = 12;
  private static final int MEMBER_LENGTH = 12;

  private final ByteBuffer bytes;
  private final int[] at;
  private final int count;

  private BtfTypes(ByteBuffer bytes, int[] at, int count) {
    this.bytes = bytes;
    this.at = at;
    this.count = count;
  }

  /** Walks all types once; whatever is found here lies between the bounds. */
  static BtfTypes index(ByteBuffer bytes, int from, int end) throws BtfException {
    int[] at = new int[(end - from) / HEAD_LENGTH + 1];
    int count = 0;
    long next = from;
    while (next < end) {
      if (next + HEAD_LENGTH > end) {
        throw new BtfException("a type is cut off");
      }
      count++;
      at[count] = (int) next;
      next += HEAD_LENGTH + bodyLength(bytes.getInt((int) next + 4));
      if (next > end) {
        throw new BtfException("a type is cut off");
      }
    }
    return new BtfTypes(bytes, Arrays.copyOf(at, count + 1), count);
  }

  private static long bodyLength(int info) throws BtfException {
    long length = info & 0xffff;
    return switch (info >>> 24 & 0x1f) {
      case POINTER, FORWARD, TYPEDEF, VOLATILE, CONST, RESTRICT, FUNCTION, FLOAT, TYPE_TAG -> 0;
      case INT, VARIABLE, DECLARATION_TAG -> 4;
      case ARRAY -> 12;
      case STRUCT, UNION, SECTION, ENUM_64 -> length * MEMBER_LENGTH;
      case ENUM, PROTOTYPE -> length * 8;
      default -> throw new BtfException("a kind of type is not known: " + (info >>> 24 & 0x1f));
    };
  }

  int count() {
    return count;
  }

  private boolean exists(int type) {
    return type > 0 && type <= count;
  }

  private int info(int type) {
    return exists(type) ? bytes.getInt(at[type] + 4) : 0;
  }

  int kind(int type) {
    return info(type) >>> 24 & 0x1f;
  }

  int name(int type) {
    return exists(type) ? bytes.getInt(at[type]) : 0;
  }

  /** Whether it is another type by another name, or with less rights. */
  boolean isAlias(int type) {
    return switch (kind(type)) {
      case TYPEDEF, VOLATILE, CONST, RESTRICT, TYPE_TAG -> true;
      default -> false;
    };
  }

  int reference(int type) {
    return exists(type) ? bytes.getInt(at[type] + 8) : 0;
  }

  boolean isAggregate(int type) {
    return kind(type) == STRUCT || kind(type) == UNION;
  }

  int memberCount(int type) {
    return isAggregate(type) ? info(type) & 0xffff : 0;
  }

  private int memberAt(int type, int index) {
    return at[type] + HEAD_LENGTH + index * MEMBER_LENGTH;
  }

  int memberName(int type, int index) {
    return bytes.getInt(memberAt(type, index));
  }

  int memberType(int type, int index) {
    return bytes.getInt(memberAt(type, index) + 4);
  }

  private boolean hasBitFields(int type) {
    return info(type) < 0; // bit 31, the kind flag
  }

  /** Bits from the start. */
  int memberBits(int type, int index) {
    int offset = bytes.getInt(memberAt(type, index) + 8);
    return hasBitFields(type) ? offset & 0xff_ffff : offset;
  }

  boolean isBitField(int type, int index) {
    return hasBitFields(type) && bytes.getInt(memberAt(type, index) + 8) >>> 24 != 0;
  }
}
