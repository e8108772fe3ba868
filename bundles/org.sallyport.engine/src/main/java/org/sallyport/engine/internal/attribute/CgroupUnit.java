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
    String host = below(cgroup, 0);
    if (host.isEmpty()) {
      return Optional.empty();
    }
    if (USERS_MANAGER.matcher(host).matches()) {
      String users = below(cgroup, cgroup.indexOf("/" + host) + 1 + host.length());
      if (!users.isEmpty()) {
        return Optional.of(new CgroupUnit(users, host));
      }
    }
    return Optional.of(new CgroupUnit(host, ""));
  }

  /** The first component from there on that is no slice, if it is a service or a scope. */
  private static String below(String cgroup, int from) {
    int start = from;
    while (start < cgroup.length()) {
      int end = cgroup.indexOf('/', start);
      end = end < 0 ? cgroup.length() : end;
      String component = UnitNames.ofComponent(cgroup.substring(start, end));
      if (component.endsWith(".service") || component.endsWith(".scope")) {
        return component;
      }
      if (!component.isEmpty() && !component.endsWith(".slice")) {
        return "";
      }
      start = end + 1;
    }
    return "";
  }

  boolean isUsers() {
    return !manager.isEmpty();
  }

  /** The name as it is unmistakable: {@code user@1000.service/foo.service} for a user's. */
  String whole() {
    return isUsers() ? manager + "/" + name : name;
  }
}
