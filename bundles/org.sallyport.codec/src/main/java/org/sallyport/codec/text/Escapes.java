// SPDX-License-Identifier: Apache-2.0
package org.sallyport.codec.text;

/**
 * Makes strings from outside (process names, host names, comments) safe to show: what steers a
 * terminal, or turns the order of a line around, becomes an escape such as {@code \u001b}.
 */
public final class Escapes {

  private Escapes() {}

  /**
   * The text with every steering character escaped; a backslash is left, so words stay readable.
   */
  public static String plain(String text) {
    StringBuilder out = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (isSteering(c) || isLoneSurrogate(text, i)) {
        out.append(unicode(c));
      } else {
        out.append(c);
      }
    }
    return out.toString();
  }

  /**
   * Whether a character is not shown but acts: C0, DEL and C1 controls, bidirectional controls
   * (Unicode UAX #9), line and paragraph separators, and the byte order mark.
   */
  public static boolean isSteering(char c) {
    return Character.isISOControl(c)
        || c == '\u061c'
        || c == '\u200e'
        || c == '\u200f'
        || (c >= '\u2028' && c <= '\u202e')
        || (c >= '\u2066' && c <= '\u2069')
        || c == '\ufeff';
  }

  /** The escape that JSON and Java share. */
  public static String unicode(char c) {
    return String.format("\\u%04x", (int) c);
  }

  private static boolean isLoneSurrogate(String text, int index) {
    char c = text.charAt(index);
    if (Character.isHighSurrogate(c)) {
      return index + 1 == text.length() || !Character.isLowSurrogate(text.charAt(index + 1));
    }
    return Character.isLowSurrogate(c)
        && (index == 0 || !Character.isHighSurrogate(text.charAt(index - 1)));
  }
}
