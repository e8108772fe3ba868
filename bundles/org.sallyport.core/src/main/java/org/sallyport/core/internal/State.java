// SPDX-License-Identifier: Apache-2.0
package org.sallyport.core.internal;

import java.util.List;
import java.util.Map;
import org.sallyport.api.admin.BackendStatus;
import org.sallyport.api.admin.StoreStatus;
import org.sallyport.core.internal.policy.StoreBook;
import org.sallyport.core.internal.settings.Settings;
import org.sallyport.core.internal.settings.SettingsFiles;

/**
 * What the control thread shows to readers: one immutable picture per change.
 *
 * @param settings the settings in force
 * @param overrides what commands have set of them
 * @param armed whether the kernel is meant to hold something of ours
 * @param revision the policy's revision, 0 before the first
 * @param generation the generation in force, 0 before the first
 * @param backends the backends as last checked
 * @param stores the stores
 * @param problems what a person must mend
 */
record State(
    Settings settings,
    Map<String, String> overrides,
    boolean armed,
    long revision,
    int generation,
    List<BackendStatus> backends,
    List<StoreStatus> stores,
    List<String> problems) {

  State {
    overrides = Map.copyOf(overrides);
    backends = List.copyOf(backends);
    stores = List.copyOf(stores);
    problems = List.copyOf(problems);
  }

  /** The picture as things stand. */
  static State of(
      SettingsFiles settings,
      Enforcer enforcer,
      long revision,
      StoreBook book,
      List<String> problems) {
    return new State(
        settings.current(),
        settings.overrides(),
        enforcer.armed(),
        revision,
        enforcer.generation(),
        enforcer.status(),
        book.status(settings.consoleStore()),
        problems);
  }
}
