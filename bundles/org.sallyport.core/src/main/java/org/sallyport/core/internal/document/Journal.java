// SPDX-License-Identifier: Apache-2.0
package org.sallyport.core.internal.document;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.sallyport.api.admin.PolicyRule;
import org.sallyport.core.internal.StartRepairs;
import org.sallyport.core.internal.StateFiles;

/**
 * What a change of several files is about to make of them: written before the first of them and
 * removed after the last, so that a start after a crash can finish it. Confined to the control
 * thread.
 */
public final class Journal {

  private final Path file;
  private Optional<Target> pending;

  /**
   * Finds what a crash left unfinished.
   *
   * @param file where it is written
   * @param repairs told if it is damaged
   * @throws IOException if it is damaged and cannot be put aside
   */
  public Journal(Path file, StartRepairs repairs) throws IOException {
    this.file = file;
    pending =
        repairs.readOrPutAside(
            file, () -> Rows.load(file, Journal::target), "the change it held may be half done");
  }

  /**
   * What an earlier daemon left unfinished.
   *
   * @return the change, or empty once it is done
   */
  public Optional<Target> pending() {
    return pending;
  }

  /**
   * A change begins.
   *
   * @param target what it makes; of that only the part is noted that outlives the daemon
   * @throws IOException if it could not be written
   */
  public void begin(Target target) throws IOException {
    Target noted = target.lasting();
    Map<String, Object> root = new LinkedHashMap<>();
    root.put("settings", new LinkedHashMap<>(noted.overrides()));
    Map<String, Object> stores = new LinkedHashMap<>();
    noted
        .stores()
        .forEach((name, rules) -> stores.put(name, rules.stream().map(Rows::of).toList()));
    root.put("stores", stores);
    root.put("lodged", noted.lodged());
    Rows.save(file, root);
  }

  /**
   * The change is done.
   *
   * @throws IOException if the journal stands; a start would then do the change again
   */
  public void end() throws IOException {
    StateFiles.delete(file);
    pending = Optional.empty();
  }

  private static Target target(Map<?, ?> root) {
    Map<String, List<PolicyRule>> stores = new TreeMap<>();
    ((Map<?, ?>) root.get("stores"))
        .forEach((name, rows) -> stores.put((String) name, Rows.rules(rows)));
    Target noted =
        new Target(Rows.texts(root.get("settings")), stores, Rows.words(root.get("lodged")));
    return noted.lasting(); // an earlier version noted all of it
  }
}
