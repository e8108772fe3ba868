// SPDX-License-Identifier: Apache-2.0
package org.sallyport.netfilter;

import java.util.List;

/**
 * How the kernel's tables differ from a rule set.
 *
 * @param differences a sentence each, safe to show; none if our chains are whole and each jump
 *     stands once and first
 */
public record Verification(List<String> differences) {

  /** Copies the list. */
  public Verification {
    differences = List.copyOf(differences);
  }

  /**
   * Whether the kernel holds what it should.
   *
   * @return true without differences
   */
  public boolean holds() {
    return differences.isEmpty();
  }
}
