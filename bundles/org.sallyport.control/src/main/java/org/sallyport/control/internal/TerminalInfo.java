// SPDX-License-Identifier: Apache-2.0
package org.sallyport.control.internal;

import java.util.Locale;
import java.util.regex.Pattern;

/**
 * The client's terminal.
 *
 * @param input whether standard input is a terminal
 * @param output whether standard output is a terminal
 * @param columns its width, 1 to 1000
 * @param rows its height, 1 to 1000
 * @param type its name in terminfo
 * @param utf8 whether it shows UTF-8
 * @param remote whether the client says that it runs in a login over SSH; a warning hangs on this,
 *     never a right
 */
record TerminalInfo(
    boolean input,
    boolean output,
    int columns,
    int rows,
    String type,
    boolean utf8,
    boolean remote) {

  private static final Pattern TYPE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._+-]{0,63}");
  private static final int MAX_SIZE = 1000;

  /** From what a client says; what makes no sense becomes the usual. */
  static TerminalInfo of(int flags, int columns, int rows, String type, String language) {
    return new TerminalInfo(
        (flags & 1) != 0,
        (flags & 2) != 0,
        size(columns, 80),
        size(rows, 24),
        TYPE.matcher(type).matches() ? type : "dumb",
        language.toLowerCase(Locale.ROOT).replace("-", "").endsWith("utf8"),
        (flags & 8) != 0);
  }

  /** A width or height that a layout can work with. */
  static int size(int value, int usual) {
    return value < 1 || value > MAX_SIZE ? usual : value;
  }
}
