// SPDX-License-Identifier: Apache-2.0
package org.sallyport.itests.fuzz.kit;

import java.nio.ByteBuffer;
import java.util.Arrays;

/** What a decoder said of an input, number by number; makes no garbage once it has grown. */
public final class Reading {

  private long[] values = new long[256];
  private int count;

  /** Forgets everything. */
  public void clear() {
    count = 0;
  }

  /** Notes a number. */
  public Reading add(long value) {
    if (count == values.length) {
      values = Arrays.copyOf(values, 2 * count);
    }
    values[count++] = value;
    return this;
  }

  /** Notes a yes or no. */
  public Reading add(boolean value) {
    return add(value ? 1 : 0);
  }

  /** Notes a constant. */
  public Reading add(Enum<?> value) {
    return add(value.name().hashCode());
  }

  /** Notes the bytes of a range. */
  public Reading add(ByteBuffer bytes, int offset, int length) {
    long hash = length;
    for (int i = 0; i < length; i++) {
      hash = 31 * hash + bytes.get(offset + i);
    }
    return add(hash);
  }

  /** How many numbers were noted. */
  public int size() {
    return count;
  }

  /** Whether another reading says the same. */
  public boolean same(Reading other) {
    return Arrays.equals(values, 0, count, other.values, 0, other.count);
  }

  @Override
  public String toString() {
    return Arrays.toString(Arrays.copyOf(values, count));
  }
}
