// SPDX-License-Identifier: Apache-2.0
package org.sallyport.engine.internal.attribute;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The unit of systemd that a cgroup belongs to: the first service or scope below slices. What is
 * below that is the unit's own, which may name it as it likes: a container has units of its own, a
 * service with a delegated subtree (systemd.resource-control(5)) makes groups by any name. Only a
 * user's manager is looked into: its units are that user's, who can have one of every name.
 *
 * @param name as systemd prints it, such as {@code ssh.service}
 * @param manager whose unit it is: {@code user@1000.service}, or an empty text for the host's
 */
record CgroupUnit(String name, String manager) {

  private static final Pattern USERS_MANAGER = Pattern.compile("user@[0-9]{1,10}\\.service");

  /**
   * Finds the unit.
   *
   * @param cgroup a path from the root of the hierarchy
   * @return the unit, empty if the cgroup belongs to none
   */
  static Optional<CgroupUnit> of(String cgroup) {
    int end = endOfUnit(cgroup, 0);
    if (end < 0) {
      return Optional.empty();
    }
    String host = lastComponent(cgroup, end);
    int usersEnd = USERS_MANAGER.matcher(host).matches() ? endOfUnit(cgroup, end) : -1;
    return Optional.of(
        usersEnd < 0
            ? new CgroupUnit(host, "")
            : new CgroupUnit(lastComponent(cgroup, usersEnd), host));
  }

  /** Behind the first component from there on that is no slice; -1 if that is no unit. */
  private static int endOfUnit(String cgroup, int from) {
    int end = from;
    while (end < cgroup.length()) {
      int next = cgroup.indexOf('/', end + 1);
      end = next < 0 ? cgroup.length() : next;
      String component = lastComponent(cgroup, end);
      if (component.endsWith(".service") || component.endsWith(".scope")) {
        return end;
      }
      if (!component.isEmpty() && !component.endsWith(".slice")) {
        return -1;
      }
    }
    return -1;
  }

  private static String lastComponent(String cgroup, int end) {
    return UnitNames.ofComponent(cgroup.substring(cgroup.lastIndexOf('/', end - 1) + 1, end));
  }

  boolean isUsers() {
    return !manager.isEmpty();
  }

  /** The name as it is unmistakable: {@code user@1000.service/foo.service} for a user's. */
  String whole() {
    return isUsers() ? manager + "/" + name : name;
  }
}
