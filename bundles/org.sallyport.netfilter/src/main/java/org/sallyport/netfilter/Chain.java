// SPDX-License-Identifier: Apache-2.0
package org.sallyport.netfilter;

import java.util.Objects;
import java.util.regex.Pattern;

/**
 * The name of a chain of ours. The prefix is what tells our chains from everybody else's, so no
 * other name can be written.
 *
 * @param name {@code SALLYPORT-} and 1 to 18 characters out of {@code A-Z 0-9 -}; with its 28
 *     characters the longest fits iptables' limit (linux/netfilter/x_tables.h,
 *     XT_EXTENSION_MAXNAMELEN 29)
 */
public record Chain(String name) implements Comparable<Chain> {

  /** What every name of ours begins with. */
  public static final String PREFIX = "SALLYPORT-";

  private static final Pattern VALID = Pattern.compile(PREFIX + "[A-Z0-9-]{1,18}");

  /** Checks the name. */
  public Chain {
    Objects.requireNonNull(name, "name");
    if (!isOurs(name)) {
      throw new IllegalArgumentException(
          "a chain is called " + PREFIX + " and 1 to 18 of A-Z, 0-9 and '-'");
    }
  }

  /**
   * Whether a chain read from the kernel is one of ours.
   *
   * @param name any chain name
   * @return true if this class would accept it
   */
  public static boolean isOurs(String name) {
    return VALID.matcher(name).matches();
  }

  @Override
  public int compareTo(Chain other) {
    return name.compareTo(other.name);
  }

  @Override
  public String toString() {
    return name;
  }
}
