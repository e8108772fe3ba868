// SPDX-License-Identifier: Apache-2.0
package org.sallyport.engine.internal.attribute;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** The names of systemd's units in paths of cgroups and as people write them. */
final class UnitNames {

  private UnitNames() {}

  /**
   * The unit that a cgroup belongs to: the last component that is a service or a scope. So a
   * service of a user's manager ({@code …/user@1000.service/app.slice/foo.service}) is that
   * service, and what a unit keeps below itself (a delegated subtree) is the unit's.
   *
   * @return the name as systemd prints it, or an empty string
   */
  static String ofCgroup(String cgroup) {
    int end = cgroup.length();
    while (end > 0) {
      int start = cgroup.lastIndexOf('/', end - 1) + 1;
      String component = unescapedComponent(cgroup.substring(start, end));
      if (component.endsWith(".service") || component.endsWith(".scope")) {
        return component;
      }
      end = start - 1;
    }
    return "";
  }

  /**
   * systemd puts an underscore before a name that would clash with a file of the kernel's own
   * (cg_escape, systemd's cgroup-util.c).
   */
  private static String unescapedComponent(String component) {
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
