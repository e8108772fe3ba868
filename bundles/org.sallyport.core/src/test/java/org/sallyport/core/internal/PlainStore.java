// SPDX-License-Identifier: Apache-2.0
package org.sallyport.core.internal;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.sallyport.api.rule.RuleDefinition;
import org.sallyport.api.rule.RuleStore;
import org.sallyport.api.rule.StoreException;
import org.sallyport.api.rule.StoreListener;
import org.sallyport.api.rule.StoreUnit;

/** A store of one unit, which can be closed to commands. */
final class PlainStore implements RuleStore {

  final Map<String, RuleDefinition> rules = new LinkedHashMap<>();
  boolean readOnly;

  /** Runs before a rule is put, as if the store took its time. */
  Runnable beforePut = () -> {};

  private final String name;

  private final int rank;

  PlainStore(String name) {
    this(name, 100);
  }

  PlainStore(String name, int rank) {
    this.name = name;
    this.rank = rank;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public int rank() {
    return rank;
  }

  @Override
  public void open(StoreListener listener) {}

  @Override
  public List<StoreUnit> read() {
    return List.of(new StoreUnit(name, List.copyOf(rules.values()), List.of()));
  }

  @Override
  public void checkWritable(String id) throws StoreException {
    if (readOnly) {
      throw new StoreException("rule '" + id + "' stands in a file of yours", null);
    }
  }

  @Override
  public void put(RuleDefinition rule) throws StoreException {
    checkWritable(rule.id());
    beforePut.run();
    rules.put(rule.id(), rule);
  }

  @Override
  public boolean remove(String id) throws StoreException {
    checkWritable(id);
    return rules.remove(id) != null;
  }

  @Override
  public void close() {}
}
