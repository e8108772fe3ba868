// SPDX-License-Identifier: Apache-2.0
package org.sallyport.engine.internal.policy;

/**
 * Whether a refusing rule applies where something is not known.
 *
 * @param operand also where a fact is unknown
 * @param plugin also where a plugin failed to say
 */
record Unsure(boolean operand, boolean plugin) {

  /** Whether it applies where facts are unknown, or plugins failed, or both: each must say so. */
  boolean applies(boolean operandUnknown, boolean pluginFailed) {
    return (operand || !operandUnknown) && (plugin || !pluginFailed);
  }
}
