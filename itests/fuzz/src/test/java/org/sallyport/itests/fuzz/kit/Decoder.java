// SPDX-License-Identifier: Apache-2.0
package org.sallyport.itests.fuzz.kit;

import java.nio.ByteBuffer;

/** A flyweight under test, with everything it can be asked. Reused; not thread-safe. */
public interface Decoder {

  /**
   * Decodes a window of a buffer and notes all it says; offsets count from the window's start.
   *
   * @param buffer holds more than the window
   * @param offset where the window starts
   * @param length how long it is
   * @param out takes what was decoded
   */
  void read(ByteBuffer buffer, int offset, int length, Reading out);
}
