// SPDX-License-Identifier: Apache-2.0
package org.sallyport.netfilter;

import java.util.regex.Pattern;

/** Checks shared by the matches: whatever passes can stand in a rule without quoting. */
final class Checks {

  private static final Pattern INTERFACE = Pattern.compile("[A-Za-z0-9._:@-]{1,15}");

  private static final Pattern PATH = Pattern.compile("/[A-Za-z0-9._/-]{1,499}");

  /** The highest port. */
  static final int PORT_MAX = 65_535;

  /** The highest uid or gid there is; 0xffffffff means "none" to the kernel. */
  static final long ID_MAX = 4_294_967_294L;

  private Checks() {}

  static void interfaceName(String name) {
    // A leading '-' would read as an option of iptables.
    if (!INTERFACE.matcher(name).matches() || name.startsWith("-")) {
      throw new IllegalArgumentException(
          "an interface name has 1 to 15 of A-Z a-z 0-9 . _ : @ - and does not begin with '-'");
    }
  }

  static void path(String path) {
    if (!PATH.matcher(path).matches()) {
      throw new IllegalArgumentException("a path has 2 to 500 of A-Z a-z 0-9 . _ / -, '/' first");
    }
  }

  static void ports(int from, int to) {
    if (from < 0 || to > PORT_MAX || from > to) {
      throw new IllegalArgumentException(
          "ports go from 0 to 65535, lower one first, not " + from + " to " + to);
    }
    if (from == 0 && to == PORT_MAX) {
      throw new IllegalArgumentException("all ports match always: leave the test out");
    }
  }

  static void ids(long from, long to) {
    if (from < 0 || to > ID_MAX || from > to) {
      throw new IllegalArgumentException(
          "ids go from 0 to " + ID_MAX + ", lower one first, not " + from + " to " + to);
    }
  }

  static String range(long from, long to, String separator) {
    return from == to ? Long.toString(from) : from + separator + to;
  }
}
