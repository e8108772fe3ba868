// SPDX-License-Identifier: Apache-2.0
package org.sallyport.codec;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Absolute reads and writes in a stated byte order, whatever the buffer's own order is. A flyweight
 * borrows its buffer, so it must not change that setting for others.
 */
public final class Bytes {

  private static final ByteOrder HOST = ByteOrder.nativeOrder();

  private Bytes() {}

  /**
   * Whether a range lies within a buffer's limit; safe against overflow.
   *
   * @param buffer the buffer
   * @param offset the first byte
   * @param length the number of bytes
   * @return true if every byte of the range may be read
   */
  public static boolean fits(ByteBuffer buffer, int offset, int length) {
    return offset >= 0 && length >= 0 && offset <= buffer.limit() - length;
  }

  /**
   * Reads an unsigned byte.
   *
   * @param buffer the buffer
   * @param offset where
   * @return 0 to 255
   */
  public static int u8(ByteBuffer buffer, int offset) {
    return buffer.get(offset) & 0xff;
  }

  /**
   * Reads an unsigned 16-bit number in network order.
   *
   * @param buffer the buffer
   * @param offset where
   * @return 0 to 65535
   */
  public static int u16Net(ByteBuffer buffer, int offset) {
    short raw = buffer.getShort(offset);
    return (buffer.order() == ByteOrder.BIG_ENDIAN ? raw : Short.reverseBytes(raw)) & 0xffff;
  }

  /**
   * Reads an unsigned 16-bit number in the host's order.
   *
   * @param buffer the buffer
   * @param offset where
   * @return 0 to 65535
   */
  public static int u16Host(ByteBuffer buffer, int offset) {
    short raw = buffer.getShort(offset);
    return (buffer.order() == HOST ? raw : Short.reverseBytes(raw)) & 0xffff;
  }

  /**
   * Reads 32 bits in network order.
   *
   * @param buffer the buffer
   * @param offset where
   * @return the bits
   */
  public static int i32Net(ByteBuffer buffer, int offset) {
    int raw = buffer.getInt(offset);
    return buffer.order() == ByteOrder.BIG_ENDIAN ? raw : Integer.reverseBytes(raw);
  }

  /**
   * Reads 32 bits in the host's order.
   *
   * @param buffer the buffer
   * @param offset where
   * @return the bits
   */
  public static int i32Host(ByteBuffer buffer, int offset) {
    int raw = buffer.getInt(offset);
    return buffer.order() == HOST ? raw : Integer.reverseBytes(raw);
  }

  /**
   * Reads 64 bits in network order.
   *
   * @param buffer the buffer
   * @param offset where
   * @return the bits
   */
  public static long i64Net(ByteBuffer buffer, int offset) {
    long raw = buffer.getLong(offset);
    return buffer.order() == ByteOrder.BIG_ENDIAN ? raw : Long.reverseBytes(raw);
  }

  /**
   * Reads 64 bits in the host's order.
   *
   * @param buffer the buffer
   * @param offset where
   * @return the bits
   */
  public static long i64Host(ByteBuffer buffer, int offset) {
    long raw = buffer.getLong(offset);
    return buffer.order() == HOST ? raw : Long.reverseBytes(raw);
  }

  /**
   * Writes 16 bits in network order.
   *
   * @param buffer the buffer
   * @param offset where
   * @param value the low 16 bits are written
   */
  public static void putU16Net(ByteBuffer buffer, int offset, int value) {
    short raw = (short) value;
    buffer.putShort(offset, buffer.order() == ByteOrder.BIG_ENDIAN ? raw : Short.reverseBytes(raw));
  }

  /**
   * Writes 16 bits in the host's order.
   *
   * @param buffer the buffer
   * @param offset where
   * @param value the low 16 bits are written
   */
  public static void putU16Host(ByteBuffer buffer, int offset, int value) {
    short raw = (short) value;
    buffer.putShort(offset, buffer.order() == HOST ? raw : Short.reverseBytes(raw));
  }

  /**
   * Writes 32 bits in network order.
   *
   * @param buffer the buffer
   * @param offset where
   * @param value the bits
   */
  public static void putI32Net(ByteBuffer buffer, int offset, int value) {
    buffer.putInt(
        offset, buffer.order() == ByteOrder.BIG_ENDIAN ? value : Integer.reverseBytes(value));
  }

  /**
   * Writes 32 bits in the host's order.
   *
   * @param buffer the buffer
   * @param offset where
   * @param value the bits
   */
  public static void putI32Host(ByteBuffer buffer, int offset, int value) {
    buffer.putInt(offset, buffer.order() == HOST ? value : Integer.reverseBytes(value));
  }

  /**
   * Writes 64 bits in network order.
   *
   * @param buffer the buffer
   * @param offset where
   * @param value the bits
   */
  public static void putI64Net(ByteBuffer buffer, int offset, long value) {
    buffer.putLong(
        offset, buffer.order() == ByteOrder.BIG_ENDIAN ? value : Long.reverseBytes(value));
  }
}
