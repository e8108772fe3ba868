// SPDX-License-Identifier: Apache-2.0
package org.sallyport.itests.fuzz.kit;

import java.nio.charset.StandardCharsets;

/** Bytes as text, such that every Java string can come up, broken ones too. */
public final class Text {

  private Text() {}

  /** UTF-8; what is none becomes half a surrogate pair. */
  public static String of(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8).replace('\ufffd', '\ud83d');
  }

  /** A text as it comes back from a file: half a surrogate pair cannot be stored. */
  public static String stored(String text) {
    return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
  }
}
