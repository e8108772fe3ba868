// SPDX-License-Identifier: Apache-2.0
package org.sallyport.store.memory.internal;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.osgi.service.component.annotations.Component;
import org.sallyport.api.rule.Origin;
import org.sallyport.api.rule.RuleDefinition;
import org.sallyport.api.rule.RuleStore;
import org.sallyport.api.rule.StoreException;
import org.sallyport.api.rule.StoreListener;
import org.sallyport.api.rule.StoreUnit;

/**
 * Rules that end with the daemon. Nothing changes them from outside, so the listener is never told.
 * Thread-safe.
 */
@Component(service = RuleStore.class, property = "sallyport.store=memory")
public final class MemoryRuleStore implements RuleStore {

  static final int MAX_RULES = 10_000;

  private static final String NAME = "memory";
  private static final int RANK = 200;

  private final Map<String, RuleDefinition> rules = new LinkedHashMap<>();

  /** Creates an empty store. */
  public MemoryRuleStore() {}

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public int rank() {
    return RANK;
  }

  @Override
  public void open(StoreListener listener) {
    // Only put and remove change it, and whoever calls them knows.
  }

  @Override
  public synchronized List<StoreUnit> read() {
    return List.of(new StoreUnit(NAME, List.copyOf(rules.values()), List.of()));
  }

  @Override
  public synchronized void put(RuleDefinition rule) throws StoreException {
    if (rules.size() >= MAX_RULES && !rules.containsKey(rule.id())) {
      throw new StoreException(
          "the store memory holds " + MAX_RULES + " rules already; remove some", null);
    }
    Origin here = new Origin(NAME, 0);
    rules.put(
        rule.id(),
        new RuleDefinition(
            rule.id(), rule.text(), rule.priority(), rule.enabled(), rule.comment(), here));
  }

  @Override
  public synchronized void replaceKept(List<RuleDefinition> fresh) throws StoreException {
    Map<String, RuleDefinition> before = new LinkedHashMap<>(rules);
    rules.clear();
    try {
      for (RuleDefinition rule : fresh) {
        put(rule);
      }
    } catch (StoreException e) {
      rules.clear();
      rules.putAll(before);
      throw e;
    }
  }

  @Override
  public synchronized boolean remove(String id) {
    return rules.remove(id) != null;
  }

  @Override
  public void close() {
    // Holds nothing that must be freed; the rules go with the object.
  }
}
