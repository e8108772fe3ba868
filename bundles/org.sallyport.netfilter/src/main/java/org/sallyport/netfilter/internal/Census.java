// SPDX-License-Identifier: Apache-2.0
package org.sallyport.netfilter.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.sallyport.netfilter.Chain;
import org.sallyport.netfilter.Family;
import org.sallyport.netfilter.KernelState;
import org.sallyport.netfilter.KernelState.ChainState;
import org.sallyport.netfilter.KernelState.TableState;

/**
 * Who has rules in one variant of iptables.
 *
 * @param foreign rules of others, and policies other than ACCEPT, over all tables and families
 * @param ours our chains, as {@code ipv4 filter SALLYPORT-OUT}; the jumps into them go with them
 */
record Census(int foreign, List<String> ours) {

  private static final Optional<String> DEFAULT_POLICY = Optional.of("ACCEPT");

  Census {
    ours = List.copyOf(ours);
  }

  static Census of(KernelState state) {
    List<String> ours = new ArrayList<>();
    int foreign = 0;
    for (Map.Entry<Family, Map<String, TableState>> family : state.families().entrySet()) {
      for (Map.Entry<String, TableState> table : family.getValue().entrySet()) {
        String where = family.getKey().label() + " " + table.getKey() + " ";
        table.getValue().ours().forEach(chain -> ours.add(where + chain.name()));
        foreign += table.getValue().chains().stream().mapToInt(Census::foreignIn).sum();
      }
    }
    return new Census(foreign, ours);
  }

  private static int foreignIn(ChainState chain) {
    if (Chain.isOurs(chain.name())) {
      return 0;
    }
    int policy = chain.policy().isPresent() && !chain.policy().equals(DEFAULT_POLICY) ? 1 : 0;
    return policy
        + (int) chain.rules().stream().filter(r -> !ForeignReferences.isOurs(chain, r)).count();
  }

  String foreignText() {
    return foreign == 1 ? "1 foreign rule" : foreign + " foreign rules";
  }
}
