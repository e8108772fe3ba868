// SPDX-License-Identifier: Apache-2.0
package org.sallyport.core.internal.document;

import java.util.List;

/** Which rules end with the daemon, or sooner by what only a running daemon knows. */
public final class DaemonsLife {

  /** How the canonical text of such a rule ends; a value with a space would end in a quote. */
  private static final List<String> ENDINGS = List.of(" until-restart", " until-exit", " once");

  private DaemonsLife() {}

  /**
   * Whether a rule ends with the daemon at the latest, so that nothing lasting may hold it.
   *
   * @param text the rule in its canonical form
   * @return whether it does
   */
  public static boolean binds(String text) {
    return ENDINGS.stream().anyMatch(text::endsWith);
  }
}
