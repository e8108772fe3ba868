// SPDX-License-Identifier: Apache-2.0
package org.sallyport.netfilter.internal;

import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.sallyport.netfilter.Family;
import org.sallyport.netfilter.KernelState;
import org.sallyport.netfilter.KernelState.TableState;
import org.sallyport.netfilter.Table;

/** The tables as last read: a good guess of what they hold now, never trusted as a proof. */
final class KnownTables {

  private final Map<Family, Map<Table, TableState>> tables = new EnumMap<>(Family.class);

  void learn(KernelState state, List<Table> read) {
    for (Family family : state.families().keySet()) {
      Map<Table, TableState> ofFamily =
          tables.computeIfAbsent(family, f -> new EnumMap<>(Table.class));
      read.forEach(table -> ofFamily.put(table, state.table(family, table)));
    }
  }

  boolean covers(Set<Family> families, Collection<Table> wanted) {
    return families.stream()
        .allMatch(family -> tables.getOrDefault(family, Map.of()).keySet().containsAll(wanted));
  }

  TableState table(Family family, Table table) {
    return tables.getOrDefault(family, Map.of()).getOrDefault(table, TableState.EMPTY);
  }

  void forget() {
    tables.clear();
  }
}
