// SPDX-License-Identifier: Apache-2.0
package org.sallyport.core.internal;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.sallyport.api.rule.Origin;
import org.sallyport.api.rule.RuleDefinition;
import org.sallyport.api.rule.RuleStore;
import org.sallyport.api.rule.StoreException;
import org.sallyport.api.rule.StoreListener;
import org.sallyport.api.rule.StoreUnit;

/**
 * A store as it would be with changes that nobody has confirmed yet. They are held here, so that
 * nothing of them is on disk. Confined to the control thread.
 */
final class TrialStore implements RuleStore {

  /** The place of rules that are not confirmed. */
  static final Origin UNCONFIRMED = new Origin("unconfirmed", 0);

  private RuleStore real;

  /** By rule id; empty for a rule that was removed. */
  private final Map<String, Optional<RuleDefinition>> changes = new LinkedHashMap<>();

  TrialStore(RuleStore real) {
    this.real = real;
  }

  /** The same changes over the store as it is now: it may have been replaced. */
  TrialStore over(RuleStore present) {
    real = present;
    return this;
  }

  @Override
  public String name() {
    return real.name();
  }

  @Override
  public int rank() {
    return real.rank();
  }

  @Override
  public void open(StoreListener listener) {
    throw new UnsupportedOperationException("the store itself is open");
  }

  @Override
  public List<StoreUnit> read() {
    List<StoreUnit> units = new ArrayList<>();
    for (StoreUnit unit : real.read()) {
      List<RuleDefinition> left =
          unit.rules().stream().filter(rule -> !changes.containsKey(rule.id())).toList();
      units.add(new StoreUnit(unit.name(), left, unit.errors()));
    }
    if (!changes.isEmpty()) {
      units.add(new StoreUnit(UNCONFIRMED.place(), added(), List.of()));
    }
    return units;
  }

  private List<RuleDefinition> added() {
    return changes.values().stream().flatMap(Optional::stream).toList();
  }

  @Override
  public void checkWritable(String id) throws StoreException {
    real.checkWritable(id);
  }

  @Override
  public void put(RuleDefinition rule) throws StoreException {
    real.checkWritable(rule.id());
    changes.put(
        rule.id(),
        Optional.of(
            new RuleDefinition(
                rule.id(),
                rule.text(),
                rule.priority(),
                rule.enabled(),
                rule.comment(),
                UNCONFIRMED)));
  }

  @Override
  public boolean remove(String id) throws StoreException {
    real.checkWritable(id);
    boolean there = kept().stream().anyMatch(rule -> rule.id().equals(id));
    if (there) {
      changes.put(id, Optional.empty());
    }
    return there;
  }

  @Override
  public List<RuleDefinition> kept() throws StoreException {
    List<RuleDefinition> rules = new ArrayList<>();
    List<String> seen = new ArrayList<>();
    for (RuleDefinition rule : real.kept()) {
      seen.add(rule.id());
      changes.getOrDefault(rule.id(), Optional.of(rule)).ifPresent(rules::add);
    }
    added().stream().filter(rule -> !seen.contains(rule.id())).forEach(rules::add);
    return rules;
  }

  @Override
  public void close() {
    // The store itself stays open.
  }
}
