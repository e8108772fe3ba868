// SPDX-License-Identifier: Apache-2.0
package org.sallyport.control.internal;

/** One frame as read; the payload is the receiver's own. */
final class Frame {

  private final FrameType type;
  private final byte[] payload;

  Frame(FrameType type, byte[] payload) {
    this.type = type;
    this.payload = payload;
  }

  FrameType type() {
    return type;
  }

  /** Not copied: a frame has one reader. */
  byte[] payload() {
    return payload;
  }
}
