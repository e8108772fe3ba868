// SPDX-License-Identifier: Apache-2.0
package org.sallyport.attribution.process;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * AppImages by where their program lies: each mounts itself by FUSE on {@code /tmp/.mount_…}, with
 * the name of its file as the mount's source. A user can mount anything there by any name.
 */
final class AppImages {

  private static final String PLACE = "/tmp/.mount_";
  private static final String TYPE = "fuse.";
  private static final int POINT = 4;
  private static final int LEAST_FIELDS = 7;

  private AppImages() {}

  /** Whether a program's path lies where only AppImages are mounted. */
  static boolean mayHold(String path) {
    return path.startsWith(PLACE);
  }

  /**
   * The AppImage that a program lies in.
   *
   * @param mountinfo the lines of proc(5)'s {@code mountinfo}, of the process
   * @param path the program's
   * @return the last part of the name of its file; an empty string if what is mounted there is
   *     none; empty if nothing is mounted there
   */
  static Optional<String> fileOf(String mountinfo, String path) {
    Optional<String> file = Optional.empty();
    // of several mounts on one point the last one is on top
    for (String line : mountinfo.split("\n", -1)) {
      String[] field = line.split(" ", -1);
      if (field.length >= LEAST_FIELDS && isAround(decoded(field[POINT]), path)) {
        file = Optional.of(source(field));
      }
    }
    return file;
  }

  private static boolean isAround(String point, String path) {
    return mayHold(point) && point.indexOf('/', PLACE.length()) < 0 && path.startsWith(point + "/");
  }

  /** Behind the hyphen that ends the optional fields: type, source, options. */
  private static String source(String[] field) {
    for (int i = LEAST_FIELDS - 1; i + 2 < field.length; i++) {
      if (field[i].equals("-")) {
        String source = decoded(field[i + 2]);
        return field[i + 1].startsWith(TYPE) ? source.substring(source.lastIndexOf('/') + 1) : "";
      }
    }
    return "";
  }

  /** The kernel writes blank, tab, newline, backslash and hash as {@code \040} and so on. */
  private static String decoded(String field) {
    if (field.indexOf('\\') < 0) {
      return field;
    }
    byte[] written = field.getBytes(StandardCharsets.UTF_8);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(written.length);
    int i = 0;
    while (i < written.length) {
      if (isEscape(written, i)) {
        bytes.write(
            (written[i + 1] - '0') << 6 | (written[i + 2] - '0') << 3 | written[i + 3] - '0');
        i += 4;
      } else {
        bytes.write(written[i]);
        i++;
      }
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }

  private static boolean isEscape(byte[] field, int at) {
    if (field[at] != '\\' || at + 4 > field.length) {
      return false;
    }
    for (int i = at + 1; i < at + 4; i++) {
      if (field[i] < '0' || field[i] > '7') {
        return false;
      }
    }
    return true;
  }
}
