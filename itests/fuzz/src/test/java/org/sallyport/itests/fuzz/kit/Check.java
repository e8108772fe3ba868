// SPDX-License-Identifier: Apache-2.0
package org.sallyport.itests.fuzz.kit;

import java.util.function.Supplier;

/**
 * Properties, stated at the price of a branch: they are asked a hundred thousand times a second.
 */
public final class Check {

  private Check() {}

  /** Demands that something holds. */
  public static void that(boolean holds, String promise) {
    if (!holds) {
      throw new AssertionError(promise);
    }
  }

  /** Demands that something holds, with a message that costs something to make. */
  public static void that(boolean holds, Supplier<String> promise) {
    if (!holds) {
      throw new AssertionError(promise.get());
    }
  }

  /** Demands that a range lies within another: both are start and length. */
  public static void inside(int offset, int length, int windowOffset, int windowLength) {
    boolean holds =
        length >= 0
            && offset >= windowOffset
            && (long) offset + length <= (long) windowOffset + windowLength;
    if (!holds) { // no lambda: it would be garbage each time
      throw new AssertionError(
          String.format(
              "%d bytes at %d are not within the %d bytes at %d",
              length, offset, windowLength, windowOffset));
    }
  }

  /** Demands a message that a person can be shown: said, on one line, and bounded. */
  public static void sentence(String message, int maxLength) {
    that(message != null && !message.isBlank(), "a refusal says why");
    that(message.length() <= maxLength, () -> message.length() + " characters: " + message);
    that(message.chars().noneMatch(c -> c < ' '), () -> "control characters in: " + message);
  }
}
