// SPDX-License-Identifier: Apache-2.0
package org.sallyport.store.file.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import org.sallyport.api.rule.Origin;
import org.sallyport.api.rule.RuleDefinition;
import org.sallyport.api.rule.RuleStore;
import org.sallyport.api.rule.StoreException;
import org.sallyport.api.rule.StoreListener;
import org.sallyport.api.rule.StoreUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Rules in YAML files of a folder. A person's files are only read; what commands add goes to {@link
 * ConsoleFile#NAME}. State belongs to the control thread; the watcher has a thread of its own.
 */
final class FileRuleStore implements RuleStore {

  private static final Logger LOG = LoggerFactory.getLogger(FileRuleStore.class);
  private static final int RANK = 100;
  private static final Origin NOWHERE = new Origin("", 0);

  private final RuleFolder folder;
  private final Disk disk;
  private FolderWatch watch;

  FileRuleStore(RuleFolder folder, Disk disk) {
    this.folder = Objects.requireNonNull(folder, "folder");
    this.disk = Objects.requireNonNull(disk, "disk");
  }

  @Override
  public String name() {
    return "file";
  }

  @Override
  public int rank() {
    return RANK;
  }

  @Override
  public synchronized void open(StoreListener listener) {
    close();
    removeUnfinished();
    watch = new FolderWatch(folder, () -> listener.changed(this));
    watch.start();
  }

  /** What a write that was cut off left behind; it was never in force. */
  private void removeUnfinished() {
    Path unfinished = Disk.unfinished(folder.consoleFile());
    try {
      if (Files.isRegularFile(unfinished, LinkOption.NOFOLLOW_LINKS)) {
        Files.delete(unfinished);
      }
    } catch (IOException e) {
      LOG.warn("{} could not be removed", unfinished, e);
    }
  }

  @Override
  public synchronized void close() {
    if (watch != null) {
      watch.close();
      watch = null;
    }
  }

  @Override
  public synchronized List<StoreUnit> read() {
    return folder.read();
  }

  @Override
  public synchronized void checkWritable(String id) throws StoreException {
    writable(Set.of(id), "change");
  }

  @Override
  public synchronized void put(RuleDefinition rule) throws StoreException {
    List<RuleDefinition> rules = writable(Set.of(rule.id()), "change");
    int place = place(rules, rule.id());
    if (place < 0) {
      rules.add(rule);
    } else {
      rules.set(place, rule);
    }
    write(rules);
  }

  @Override
  public synchronized boolean remove(String id) throws StoreException {
    List<RuleDefinition> rules = writable(Set.of(id), "remove");
    int place = place(rules, id);
    if (place < 0) {
      return false;
    }
    rules.remove(place);
    write(rules);
    return true;
  }

  @Override
  public synchronized List<RuleDefinition> kept() throws StoreException {
    return writable(Set.of(), "change");
  }

  @Override
  public synchronized void replaceKept(List<RuleDefinition> rules) throws StoreException {
    Set<String> ids = new HashSet<>();
    rules.forEach(rule -> ids.add(rule.id()));
    if (!sameRules(writable(ids, "change"), rules)) {
      write(rules);
    }
  }

  /** Whether they are the same but for where they were written. */
  private static boolean sameRules(List<RuleDefinition> some, List<RuleDefinition> others) {
    Function<RuleDefinition, RuleDefinition> bare =
        r -> new RuleDefinition(r.id(), r.text(), r.priority(), r.enabled(), r.comment(), NOWHERE);
    return some.stream().map(bare).toList().equals(others.stream().map(bare).toList());
  }

  private static int place(List<RuleDefinition> rules, String id) {
    return rules.stream().map(RuleDefinition::id).toList().indexOf(id);
  }

  /** The rules of the console's file, if that is the place to look for these. */
  private List<RuleDefinition> writable(Set<String> ids, String verb) throws StoreException {
    List<RuleDefinition> rules = new ArrayList<>();
    String console = folder.consoleFile().toString();
    for (StoreUnit unit : folder.read()) {
      boolean own = unit.name().equals(console);
      if (!unit.errors().isEmpty() && (own || unit.name().equals(folder.path().toString()))) {
        throw new StoreException(
            unit.errors().get(0).origin()
                + ": "
                + unit.errors().get(0).message()
                + "; mend it first, nothing was changed",
            null);
      }
      for (RuleDefinition rule : unit.rules()) {
        if (own) {
          rules.add(rule);
        } else if (ids.contains(rule.id())) {
          throw new StoreException(
              "rule '"
                  + rule.id()
                  + "' stands in a file of yours: "
                  + verb
                  + " it there, in "
                  + rule.origin(),
              null);
        }
      }
    }
    return rules;
  }

  private void write(List<RuleDefinition> rules) throws StoreException {
    try {
      byte[] content = ConsoleFile.print(folder.readConsoleFile(), rules);
      if (content.length > SafeFiles.MAX_FILE_BYTES || rules.size() > RuleFileParser.MAX_RULES) {
        throw new StoreException(
            folder.consoleFile() + " would grow too large; move rules to a file of your own", null);
      }
      Disk.replace(disk, folder.consoleFile(), content);
    } catch (IOException e) {
      throw new StoreException(
          folder.consoleFile() + " could not be written: " + e.getMessage(), e);
    }
  }
}
