// SPDX-License-Identifier: Apache-2.0
package org.sallyport.api.backend;

import java.util.Map;

/**
 * The kernel's own counters at one moment, by rule id. A rule that is in neither map was never
 * held.
 *
 * @param standing rules that the kernel holds; from reading to reading these only grow, and start
 *     again at 0 where somebody removed the rule behind our back
 * @param gone the last word on rules that the kernel held and holds no longer; told once
 */
public record KernelCounts(Map<String, KernelCount> standing, Map<String, KernelCount> gone) {

  /** A backend that keeps no counters of its own. */
  public static final KernelCounts NONE = new KernelCounts(Map.of(), Map.of());

  /** Copies the maps. */
  public KernelCounts {
    standing = Map.copyOf(standing);
    gone = Map.copyOf(gone);
  }
}
