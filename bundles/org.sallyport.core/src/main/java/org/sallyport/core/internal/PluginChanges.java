// SPDX-License-Identifier: Apache-2.0
package org.sallyport.core.internal;

import org.sallyport.api.admin.AdminException;
import org.sallyport.api.admin.Execution;
import org.sallyport.api.backend.BackendException;
import org.sallyport.api.decision.PolicyEngine;
import org.sallyport.api.match.PluginStatus;

/** What an admin does to plugins. Confined to the control thread. */
final class PluginChanges {

  private final Firewall firewall;

  PluginChanges(Firewall firewall) {
    this.firewall = firewall;
  }

  /** Takes a plugin out of quarantine; flows that were judged without it are judged again. */
  PluginStatus reset(String name, Execution execution) {
    PolicyEngine engine = firewall.engine();
    PluginStatus known =
        engine.plugins().stream()
            .filter(plugin -> plugin.name().equals(name))
            .findFirst()
            .orElseThrow(
                () ->
                    AdminException.refused(
                        "there is no plugin '" + name + "'", name, "see fw:plugins"));
    if (execution.dryRun()) {
      return known;
    }
    PluginStatus after = engine.resetPlugin(name).orElse(known);
    try {
      firewall.settleIfChanged();
      return after;
    } catch (BackendException e) {
      throw new AdminException(
          AdminException.Kind.REFUSED,
          e.getMessage(),
          name,
          "the plugin is asked again, but flows judged without it are not judged anew yet",
          e);
    }
  }
}
