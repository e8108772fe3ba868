// SPDX-License-Identifier: Apache-2.0
package org.sallyport.shell.internal;

import java.util.List;
import org.apache.karaf.shell.support.table.ShellTable;
import org.sallyport.api.admin.FirewallAdmin;
import org.sallyport.api.admin.StoreStatus;
import org.sallyport.codec.text.Escapes;
import picocli.CommandLine.Command;

/** {@code fw:stores}. */
@Command(name = "stores", description = "Show where rules live.")
final class StoresCommand extends FwCommand {

  @Override
  int run(FirewallAdmin admin, Output output) {
    List<StoreStatus> stores = admin.stores();
    if (json()) {
      output.json(Json.array(stores, StatusJson::of));
      return 0;
    }
    ShellTable table = new ShellTable().emptyTableText("there are no stores");
    table.column("store");
    table.column("state");
    table.column("rules").alignRight();
    table.column("errors").alignRight();
    for (StoreStatus store : stores) {
      String state = (store.active() ? "present" : "away") + (store.used() ? ", used" : "");
      table
          .addRow()
          .addContent(
              Escapes.plain(store.name()),
              store.stale() ? state + ", stale" : state,
              store.rules(),
              store.errors().size());
    }
    output.table(table);
    for (StoreStatus store : stores) {
      store.errors().forEach(error -> output.line(error.origin() + ": " + error.message()));
    }
    return 0;
  }
}
