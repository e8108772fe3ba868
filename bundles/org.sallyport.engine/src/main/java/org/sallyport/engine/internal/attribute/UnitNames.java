// SPDX-License-Identifier: Apache-2.0
package org.sallyport.engine.internal.attribute;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** How systemd writes names of units. */
final class UnitNames {

  private UnitNames() {}

  /**
   * systemd puts an underscore before a name that would clash with a file of the kernel's own
   * (cg_escape, systemd's cgroup-util.c).
   *
   * @param component of a cgroup's path
   * @return the name that systemd means
   */
  static String ofComponent(String component) {
    return component.startsWith("_") ? component.substring(1) : component;
  }

  /**
   * A name with its escapes decoded (systemd.unit(5), string escaping): {@code \x2d} is a byte. A
   * hyphen is not turned into a slash, as that is meant in names of mounts and devices only.
   */
  static String decoded(String name) {
    if (name.indexOf('\\') < 0) {
      return name;
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(name.length());
    int i = 0;
    while (i < name.length()) {
      if (isEscape(name, i)) {
        bytes.write(Integer.parseInt(name, i + 2, i + 4, 16));
        i += 4;
      } else {
        int next = name.offsetByCodePoints(i, 1);
        bytes.writeBytes(name.substring(i, next).getBytes(StandardCharsets.UTF_8));
        i = next;
      }
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }

  private static boolean isEscape(String name, int at) {
    return name.startsWith("\\x", at)
        && at + 4 <= name.length()
        && Character.digit(name.charAt(at + 2), 16) >= 0
        && Character.digit(name.charAt(at + 3), 16) >= 0;
  }
}
