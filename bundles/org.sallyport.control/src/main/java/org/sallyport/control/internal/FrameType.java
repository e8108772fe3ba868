// SPDX-License-Identifier: Apache-2.0
package org.sallyport.control.internal;

import java.util.Optional;

/** The frames of the protocol; see the package's picture. */
enum FrameType {
  REQUEST(0x01, 1 << 20),
  INPUT(0x02, 1 << 16),
  RESIZE(0x03, 4),
  OUTPUT(0x11, 1 << 16),
  ERROR(0x12, 1 << 16),
  WANT_INPUT(0x13, 0),
  RAW(0x14, 0),
  EXIT(0x15, 1);

  private final int code;
  private final int maxLength;

  FrameType(int code, int maxLength) {
    this.code = code;
    this.maxLength = maxLength;
  }

  /** The byte on the wire. */
  int code() {
    return code;
  }

  /** The longest payload, bytes. */
  int maxLength() {
    return maxLength;
  }

  /** The type of a byte, 0 to 255. */
  static Optional<FrameType> of(int code) {
    for (FrameType type : values()) {
      if (type.code == code) {
        return Optional.of(type);
      }
    }
    return Optional.empty();
  }
}
