// SPDX-License-Identifier: Apache-2.0
package org.sallyport.core.internal.policy;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.sallyport.api.admin.StoreStatus;
import org.sallyport.api.decision.RuleProblem;
import org.sallyport.api.decision.StoredRule;
import org.sallyport.api.rule.RuleDefinition;
import org.sallyport.api.rule.RuleStore;
import org.sallyport.api.rule.StoreError;
import org.sallyport.api.rule.StoreException;
import org.sallyport.api.rule.StoreUnit;
import org.sallyport.api.subject.ProcessId;

/**
 * What every store holds, and for each of its units the last good rules, which stay in force while
 * the unit is broken or its store is away. Confined to the control thread.
 *
 * <p>Life of a unit: {@link #refresh} takes in what the store says; {@link #rules} offers it to the
 * engine; {@link #reject} falls back to the last good rules of the units the engine refused; {@link
 * #accept} makes what was offered the last good.
 */
public final class StoreBook {

  /** The rank of the console's lasting rules wherever they live: that of the file store. */
  public static final int LODGED_RANK = 100;

  private final Map<String, Shelf> shelves = new TreeMap<>();
  private final Map<String, ProcessId> processes = new HashMap<>();
  private final Set<String> lodged = new HashSet<>();
  private final RuleCounters counters;

  /**
   * Starts with the last good rules of an earlier daemon.
   *
   * @param counters where rules find what they decided so far
   * @param remembered last good rules by store and unit
   */
  public StoreBook(
      RuleCounters counters, Map<String, Map<String, List<RuleDefinition>>> remembered) {
    this.counters = counters;
    remembered.forEach(
        (store, units) -> {
          Shelf shelf = shelves.computeIfAbsent(store, name -> new Shelf());
          units.forEach((unit, rules) -> shelf.units.put(unit, new RuleUnit(rules)));
        });
  }

  /**
   * Takes in what a store holds now.
   *
   * @param store a store that is present
   */
  public void refresh(RuleStore store) {
    refresh(store, store);
  }

  /**
   * Takes in what a store holds now, while changes to it are on trial.
   *
   * @param store a store that is present
   * @param seen what it would hold
   */
  public void refresh(RuleStore store, RuleStore seen) {
    Shelf shelf = shelves.computeIfAbsent(store.name(), name -> new Shelf());
    shelf.present = true;
    shelf.rank = store.rank();
    if (shelf.store != store && store.name().equals(PolicyMaker.MEMORY)) {
      giveBack(shelf, store);
    }
    shelf.store = store;
    Map<String, RuleUnit> next = new LinkedHashMap<>();
    for (StoreUnit unit : seen.read()) {
      RuleUnit known = shelf.units.get(unit.name());
      RuleUnit entry = known == null ? new RuleUnit(List.of()) : known;
      entry.offer(unit);
      next.put(unit.name(), entry);
    }
    shelf.units = next;
  }

  /** Rules until restart end with the daemon, not with the instance of the store they lie in. */
  private static void giveBack(Shelf shelf, RuleStore store) {
    Set<String> there = new HashSet<>();
    store.read().forEach(unit -> unit.rules().forEach(rule -> there.add(rule.id())));
    try {
      for (RuleUnit unit : shelf.units.values()) {
        for (RuleDefinition rule : unit.confirmed()) {
          if (there.add(rule.id())) {
            store.put(rule);
          }
        }
      }
    } catch (StoreException e) {
      throw new IllegalStateException("the store does not take its rules back", e);
    }
  }

  /**
   * Notes that a store is away; its rules stay in force, stale.
   *
   * @param name the store's name
   */
  public void away(String name) {
    Shelf shelf = shelves.get(name);
    if (shelf != null) {
      shelf.present = false;
    }
  }

  /**
   * Notes which process a rule until exit is about. Forgotten with the rule.
   *
   * @param ruleId the rule's id
   * @param process the process
   */
  public void bind(String ruleId, ProcessId process) {
    processes.put(ruleId, process);
  }

  /**
   * The processes that rules until exit are about.
   *
   * @return by rule id
   */
  public Map<String, ProcessId> bound() {
    return Map.copyOf(processes);
  }

  /**
   * Names the console's lasting rules that live in a store other than the files. They keep their
   * place in the order there, so that moving them changes no policy.
   *
   * @param ruleIds their ids
   */
  public void lodge(Collection<String> ruleIds) {
    Set<String> ids = Set.copyOf(ruleIds);
    lodged.clear();
    lodged.addAll(ids);
  }

  /**
   * What was lodged last.
   *
   * @return ids
   */
  public Set<String> lodged() {
    return Set.copyOf(lodged);
  }

  /**
   * The rules to compile: of good units what they hold, of broken ones what was good last.
   *
   * @return the rules with their counters
   */
  public List<StoredRule> rules() {
    List<StoredRule> rules = new ArrayList<>();
    shelves.forEach(
        (store, shelf) ->
            shelf
                .units
                .values()
                .forEach(
                    unit -> {
                      for (RuleDefinition rule : unit.effective()) {
                        rules.add(
                            new StoredRule(
                                store,
                                lodged.contains(rule.id()) ? LODGED_RANK : shelf.rank,
                                rule,
                                counters.of(rule.id()),
                                Optional.ofNullable(processes.get(rule.id())),
                                unit.wasGood(rule)));
                      }
                    }));
    return rules;
  }

  /**
   * Falls back to the last good rules of every unit that a problem points to.
   *
   * @param problems what the engine said
   * @return false if no unit could be blamed, so that trying again is of no use
   */
  public boolean reject(List<RuleProblem> problems) {
    boolean blamed = false;
    for (RuleProblem problem : problems) {
      // Where the unit it points to holds what was good last, a rule of the same id is in its way.
      blamed |= blame(problem, true) || blame(problem, false);
    }
    return blamed;
  }

  private boolean blame(RuleProblem problem, boolean there) {
    boolean blamed = false;
    for (Shelf shelf : shelves.values()) {
      for (RuleUnit unit : shelf.units.values()) {
        blamed |= unit.blame(problem, there);
      }
    }
    return blamed;
  }

  /**
   * Makes what was offered last the last good.
   *
   * @param forGood whether rules that are gone may be forgotten; not so while they may come back
   * @return whether that changed anything
   */
  public boolean accept(boolean forGood) {
    boolean changed = false;
    Set<String> left = new HashSet<>();
    for (Shelf shelf : shelves.values()) {
      for (RuleUnit unit : shelf.units.values()) {
        List<RuleDefinition> rules = unit.effective();
        changed |= !rules.equals(unit.lastGood());
        unit.good(rules);
        if (forGood) {
          unit.confirm();
        }
        rules.forEach(rule -> left.add(rule.id()));
      }
    }
    if (forGood) {
      counters.retain(left);
      processes.keySet().retainAll(left);
    }
    return changed;
  }

  /** Ends a trial: where a store cannot be asked, what was confirmed last is good again. */
  public void backToConfirmed() {
    for (Shelf shelf : shelves.values()) {
      shelf.units.values().forEach(unit -> unit.good(unit.confirmed()));
    }
  }

  /**
   * The last good rules, to be remembered across a restart.
   *
   * @return by store and unit
   */
  public Map<String, Map<String, List<RuleDefinition>>> lastGood() {
    Map<String, Map<String, List<RuleDefinition>>> copy = new TreeMap<>();
    shelves.forEach(
        (store, shelf) -> {
          Map<String, List<RuleDefinition>> units = new LinkedHashMap<>();
          shelf.units.forEach((name, unit) -> units.put(name, unit.lastGood()));
          copy.put(store, units);
        });
    return copy;
  }

  /**
   * The stores as they stand.
   *
   * @param used the name of the store that commands add rules to
   * @return one value for each store, present or away
   */
  public List<StoreStatus> status(String used) {
    List<StoreStatus> all = new ArrayList<>();
    shelves.forEach(
        (name, shelf) -> {
          List<StoreError> errors = new ArrayList<>();
          int rules = 0;
          for (RuleUnit unit : shelf.units.values()) {
            errors.addAll(unit.errors());
            rules += unit.lastGood().size();
          }
          boolean stale = !errors.isEmpty() || !shelf.present;
          all.add(new StoreStatus(name, shelf.present, rules, stale, name.equals(used), errors));
        });
    return all;
  }

  private static final class Shelf {
    private Map<String, RuleUnit> units = new LinkedHashMap<>();
    private RuleStore store;
    private boolean present;
    private int rank = Integer.MAX_VALUE;
  }
}
