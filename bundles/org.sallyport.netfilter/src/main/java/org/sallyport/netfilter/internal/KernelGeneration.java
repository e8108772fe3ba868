// SPDX-License-Identifier: Apache-2.0
package org.sallyport.netfilter.internal;

import java.util.OptionalLong;
import java.util.function.Supplier;
import org.sallyport.kernel.netlink.KernelException;
import org.sallyport.kernel.nftables.RulesetGeneration;

/** Asks the kernel which ruleset of nf_tables is in force; a refusal is no answer, not an error. */
final class KernelGeneration implements Supplier<OptionalLong> {

  @Override
  public OptionalLong get() {
    try {
      return OptionalLong.of(RulesetGeneration.current());
    } catch (KernelException e) {
      return OptionalLong.empty(); // then the tables are read each time
    }
  }
}
