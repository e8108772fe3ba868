// SPDX-License-Identifier: Apache-2.0
package org.sallyport.itests.kernel.kit;

import java.util.Locale;

/** The protocols that programs talk. */
public enum Protocol {
  /** TCP. */
  TCP("connected"),
  /** UDP. */
  UDP("echo");

  private final String arrives;

  Protocol(String arrives) {
    this.arrives = arrives;
  }

  /** What a program says whose flow arrives. */
  public String arrives() {
    return arrives;
  }

  /** Its name in rules and in iptables. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
