// SPDX-License-Identifier: Apache-2.0
package org.sallyport.netfilter;

import java.util.Optional;

/**
 * One option of a rule, as {@code iptables-save} prints it.
 *
 * @param module the match module that must be loaded with {@code -m}; empty for the options every
 *     rule knows
 * @param name the option, such as {@code --mark}; empty for a module that tests by being there
 * @param argument its argument, needing no quotes; empty if it has none
 * @param isNegated whether {@code !} stands in front
 */
public record MatchOption(
    Optional<String> module, String name, String argument, boolean isNegated) {

  static MatchOption header(String name, String argument) {
    return new MatchOption(Optional.empty(), name, argument, false);
  }

  static MatchOption of(String module, String name, String argument) {
    return new MatchOption(Optional.of(module), name, argument, false);
  }

  static MatchOption bare(String module) {
    return new MatchOption(Optional.of(module), "", "", false);
  }

  MatchOption negated() {
    return new MatchOption(module, name, argument, !isNegated);
  }

  @Override
  public String toString() {
    return (isNegated ? "! " : "") + name + (argument.isEmpty() ? "" : " " + argument);
  }
}
