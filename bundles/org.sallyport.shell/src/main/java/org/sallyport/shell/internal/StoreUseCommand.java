// SPDX-License-Identifier: Apache-2.0
package org.sallyport.shell.internal;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.sallyport.api.admin.FirewallAdmin;
import org.sallyport.api.admin.PolicyRule;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code fw:store-use}. */
@Command(
    name = "store-use",
    description = {
      "Move the rules that commands added to another store, and add new ones there.",
      "The same policy stands before and after, also while packets flow; rules in files of your",
      "own stay where they are. RULES IN THE STORE memory END WITH THE DAEMON: a restart begins",
      "without them (fw:export keeps them, and fw:rollback brings them back)."
    })
final class StoreUseCommand extends ChangingCommand {

  @Parameters(paramLabel = "STORE", description = "file or memory; see fw:stores.")
  private String store;

  @Override
  int run(FirewallAdmin admin, Output output) {
    List<PolicyRule> moved = admin.useStore(store, execution());
    String rules = moved.size() + (moved.size() == 1 ? " rule" : " rules");
    ObjectNode json = Json.object().put("store", store);
    json.set("moved", Json.texts(moved.stream().map(PolicyRule::id).toList()));
    return report(output, "store " + store + ", " + rules + " moved", json);
  }
}
