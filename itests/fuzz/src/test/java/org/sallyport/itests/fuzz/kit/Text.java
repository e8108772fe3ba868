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
}
