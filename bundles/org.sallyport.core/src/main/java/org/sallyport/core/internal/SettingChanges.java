// SPDX-License-Identifier: Apache-2.0
package org.sallyport.core.internal;

import java.io.IOException;
import java.util.Map;
import org.sallyport.api.admin.AdminException;
import org.sallyport.api.admin.Execution;
import org.sallyport.api.backend.BackendException;
import org.sallyport.api.decision.PolicyEngine;
import org.sallyport.core.internal.settings.SettingsFiles;

/**
 * Changes of single settings: checked, kept, carried into the kernel; if that fails, taken back. In
 * a trial they are held in memory only. Confined to the control thread.
 */
final class SettingChanges {

  /** The way out is never tried out: it holds for good at once. */
  private static final String ARMED = "armed";

  private static final String SOURCE = "attribution";

  private final Firewall firewall;

  SettingChanges(Firewall firewall) {
    this.firewall = firewall;
  }

  /**
   * Sets one.
   *
   * @throws AdminException if the value makes no sense or could not be carried out
   */
  void set(String key, String value, Execution execution) {
    preview(key, value);
    if (key.startsWith("default.") || key.startsWith("fail")) {
      PolicyEngine unused = firewall.engine(); // these are compiled into the policy
    }
    if (!execution.dryRun()) {
      keep(key, value, firewall::settle);
    }
  }

  /**
   * Sets which backends are active. The policy stays what it is, and so does its revision. The
   * setting is on disk before the kernel changes, so a start after a crash finishes forward.
   *
   * @throws AdminException if it could not be carried out; then the stack before is in force again
   */
  void setStack(String names) {
    preview("backends", names);
    keep("backends", names, firewall::restack);
  }

  /**
   * Sets which source of subjects is used. The policy stays what it is, and so does its revision.
   *
   * @throws AdminException if it could not be carried out; then the source before is in use again
   */
  void setSource(String name) {
    keep(SOURCE, name, firewall::followSource);
  }

  /** Refuses what is no name of a source. */
  void checkSource(String name) {
    preview(SOURCE, name);
  }

  /** Brings the kernel to the settings as they are then. */
  private interface Settling {
    void run() throws BackendException;
  }

  private void preview(String key, String value) {
    try {
      firewall.settings().preview(key, value);
    } catch (IllegalArgumentException e) {
      throw new AdminException(AdminException.Kind.USAGE, e.getMessage(), key, "", e);
    }
  }

  private void keep(String key, String value, Settling settling) {
    SettingsFiles settings = firewall.settings();
    boolean tried = firewall.trial().active() && !key.equals(ARMED);
    Map<String, String> held = settings.overrides();
    Map<String, String> onDisk = settings.kept();
    try {
      if (tried) {
        settings.tryOut(SettingsFiles.with(held, key, value));
      } else {
        settings.put(key, value);
      }
    } catch (IOException e) {
      throw new AdminException(
          AdminException.Kind.REFUSED, e.getMessage(), key, "nothing was changed", e);
    }
    try {
      settling.run();
    } catch (BackendException e) {
      String kept = putBack(held, onDisk, tried, e);
      settleBack(settling, e);
      throw new AdminException(AdminException.Kind.REFUSED, e.getMessage(), key, kept, e);
    }
  }

  private String putBack(
      Map<String, String> held, Map<String, String> onDisk, boolean tried, Exception cause) {
    try {
      firewall.settings().tryOut(held);
      if (!tried) {
        firewall.settings().restore(held, onDisk);
      }
      return "nothing was changed";
    } catch (IOException e) {
      cause.addSuppressed(e);
      return "nothing was changed, but settings.yaml could not be put back: " + e.getMessage();
    }
  }

  private void settleBack(Settling settling, BackendException cause) {
    try {
      settling.run();
    } catch (BackendException again) {
      cause.addSuppressed(again);
    }
  }
}
