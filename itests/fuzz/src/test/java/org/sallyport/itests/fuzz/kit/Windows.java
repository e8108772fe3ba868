// SPDX-License-Identifier: Apache-2.0
package org.sallyport.itests.fuzz.kit;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Shows a decoder the same bytes in three places: in the middle of a buffer full of one canary, of
 * one full of another canary and in the other byte order, and in a buffer that ends with them. What
 * it says must be the same: then it read nothing else. One thread.
 */
public final class Windows {

  private static final int BEFORE = 64;
  private static final int AFTER = 192;
  private static final int MAX_INPUT = 1 << 16;

  private final ByteBuffer zeros = canary((byte) 0x00, ByteOrder.LITTLE_ENDIAN);
  private final ByteBuffer ones = canary((byte) 0xff, ByteOrder.BIG_ENDIAN);
  private final Reading first = new Reading();
  private final Reading second = new Reading();
  private final Reading third = new Reading();

  private static ByteBuffer canary(byte value, ByteOrder order) {
    ByteBuffer buffer = ByteBuffer.allocateDirect(BEFORE + MAX_INPUT + AFTER).order(order);
    for (int i = 0; i < buffer.capacity(); i++) {
      buffer.put(i, value);
    }
    return buffer;
  }

  /** Decodes an input in each place and compares; at last with a decoder that has seen nothing. */
  public void check(Decoder decoder, Decoder fresh, byte[] input) {
    int length = Math.min(input.length, MAX_INPUT);
    decode(decoder, zeros, input, length, first);
    decode(decoder, ones, input, length, second);
    third.clear();
    ByteBuffer exact = ByteBuffer.wrap(input, 0, length).order(ByteOrder.nativeOrder());
    exact.limit(length);
    fresh.read(exact, 0, length, third);
    Check.that(
        first.same(second), () -> "what stands around it was read: " + first + " or " + second);
    Check.that(
        first.same(third),
        () -> "its place, or an earlier input, was read: " + first + " or " + third);
    Check.that(first.size() <= 64 + 16 * length, "more is said than is there");
  }

  private static void decode(
      Decoder decoder, ByteBuffer buffer, byte[] input, int length, Reading out) {
    byte canary = buffer.get(0);
    buffer.put(BEFORE, input, 0, length);
    out.clear();
    int position = buffer.position();
    int limit = buffer.limit();
    ByteOrder order = buffer.order();
    decoder.read(buffer, BEFORE, length, out);
    Check.that(
        buffer.position() == position && buffer.limit() == limit && buffer.order() == order,
        "the borrowed buffer's settings were changed");
    for (int i = 0; i < length; i++) {
      Check.that(buffer.get(BEFORE + i) == input[i], "the borrowed buffer was written");
      buffer.put(BEFORE + i, canary);
    }
  }
}
