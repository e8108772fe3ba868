// SPDX-License-Identifier: Apache-2.0
package org.sallyport.core.internal.document;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.sallyport.api.admin.PolicyDiff;
import org.sallyport.api.admin.PolicyRule;
import org.sallyport.api.admin.Revision;
import org.sallyport.core.internal.StartRepairs;
import org.sallyport.core.internal.StateFiles;

/**
 * The last changes of the policy, one file for each, with the whole policy as it stood after it.
 * Confined to the control thread, but for {@link #revisions}.
 */
public final class History {

  /** How many changes are kept. */
  public static final int MAX_REVISIONS = 100;

  private final Path folder;
  private volatile List<Revision> revisions = List.of();

  /**
   * What an entry holds.
   *
   * @param revision what is shown of it
   * @param document settings and lasting rules after it
   * @param others the ids of the rules that commands had put elsewhere, which end by themselves
   */
  public record Entry(Revision revision, PolicyDocument document, List<String> others) {

    /** Copies the list. */
    public Entry {
      others = List.copyOf(others);
    }
  }

  private History(Path folder) {
    this.folder = folder;
  }

  /**
   * Goes on with the history of an earlier daemon; entries that are damaged are put aside.
   *
   * @param folder where it is kept; made if it is not there
   * @param repairs told what is damaged
   * @return the history
   * @throws IOException if the folder cannot be made or read
   */
  public static History load(Path folder, StartRepairs repairs) throws IOException {
    if (!Files.isDirectory(folder)) {
      Files.createDirectory(
          folder,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }
    StateFiles.removeLeftovers(folder);
    TreeSet<Path> files = new TreeSet<>();
    try (DirectoryStream<Path> found = Files.newDirectoryStream(folder, "*.yaml")) {
      found.forEach(files::add);
    }
    History history = new History(folder);
    List<Revision> read = new ArrayList<>();
    for (Path file : files) {
      repairs
          .readOrPutAside(file, () -> Rows.load(file, History::entry), "is not in the history")
          .ifPresent(entry -> read.add(entry.revision()));
    }
    history.revisions = List.copyOf(read);
    return history;
  }

  /**
   * The changes; for any thread.
   *
   * @return the oldest first
   */
  public List<Revision> revisions() {
    return revisions;
  }

  /**
   * The number of the last change.
   *
   * @return 0 if there is none
   */
  public long newest() {
    return revisions.isEmpty() ? 0 : revisions.get(revisions.size() - 1).number();
  }

  /**
   * An entry.
   *
   * @param number its revision
   * @return the entry, or empty if it is not kept
   * @throws IOException if it cannot be read
   */
  public Optional<Entry> entry(long number) throws IOException {
    return Rows.load(file(number), History::entry);
  }

  /**
   * Keeps a change, durably, and forgets the oldest if there are too many.
   *
   * @param entry the change; its number is higher than all before
   * @throws IOException if it could not be written; the history stands as before
   */
  public void record(Entry entry) throws IOException {
    List<Revision> changed = new ArrayList<>(revisions);
    changed.add(entry.revision());
    Rows.save(file(entry.revision().number()), row(entry));
    while (changed.size() > MAX_REVISIONS) {
      StateFiles.delete(file(changed.remove(0).number()));
    }
    revisions = List.copyOf(changed);
  }

  private Path file(long number) {
    return folder.resolve(String.format("%019d.yaml", number)); // in the order of their names
  }

  private static Map<String, Object> row(Entry entry) {
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("revision", entry.revision().number());
    row.put("time", entry.revision().time().toString());
    row.put("who", entry.revision().who());
    row.put("command", entry.revision().command());
    PolicyDiff changes = entry.revision().changes();
    row.put("removed", changes.removed().stream().map(Rows::of).toList());
    row.put("added", changes.added().stream().map(Rows::of).toList());
    row.put(
        "set", changes.settings().stream().map(s -> List.of(s.key(), s.from(), s.to())).toList());
    row.put("others", entry.others());
    row.put("settings", new LinkedHashMap<>(entry.document().settings()));
    row.put("rules", entry.document().rules().stream().map(Rows::of).toList());
    return row;
  }

  private static Entry entry(Map<?, ?> row) {
    List<PolicyDiff.Setting> set =
        ((List<?>) row.get("set"))
            .stream()
                .map(Rows::words)
                .map(s -> new PolicyDiff.Setting(s.get(0), s.get(1), s.get(2)))
                .toList();
    List<PolicyRule> removed = Rows.rules(row.get("removed"));
    Revision revision =
        new Revision(
            ((Number) row.get("revision")).longValue(),
            Instant.parse((String) row.get("time")),
            (String) row.get("who"),
            (String) row.get("command"),
            new PolicyDiff(removed, Rows.rules(row.get("added")), set));
    return new Entry(
        revision,
        new PolicyDocument(Rows.texts(row.get("settings")), Rows.rules(row.get("rules"))),
        Rows.words(row.get("others")));
  }
}
