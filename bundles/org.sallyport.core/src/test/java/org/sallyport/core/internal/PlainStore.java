// SPDX-License-Identifier: Apache-2.0
package org.sallyport.core.internal;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.sallyport.api.rule.RuleDefinition;
import org.sallyport.api.rule.RuleStore;
import org.sallyport.api.rule.StoreException;
import org.sallyport.api.rule.StoreListener;
import org.sallyport.api.rule.StoreUnit;

/** A store of one unit, which can be closed to commands. */
final class PlainStore implements RuleStore {

  final Map<String, RuleDefinition> rules;
  boolean readOnly;

  /** Told the name of each method that is called, before it does anything. */
  Consumer<String> onCall = call -> {};

  private final String name;

  private final int rank;

  PlainStore(String name) {
    this(name, 100);
  }

  PlainStore(String name, int rank) {
    this(name, rank, new LinkedHashMap<>());
  }

  private PlainStore(String name, int rank, Map<String, RuleDefinition> rules) {
    this.name = name;
    this.rank = rank;
    this.rules = rules;
  }

  /** Another instance of the same store: the files are on disk, what is in memory is not. */
  PlainStore successor() {
    return new PlainStore(name, rank, name.equals("memory") ? new LinkedHashMap<>() : rules);
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
    onCall.accept("read");
    return List.of(new StoreUnit(name, List.copyOf(rules.values()), List.of()));
  }

  @Override
  public void checkWritable(String id) throws StoreException {
    onCall.accept("checkWritable");
    check(id);
  }

  private void check(String id) throws StoreException {
    if (readOnly) {
      throw new StoreException("rule '" + id + "' stands in a file of yours", null);
    }
  }

  @Override
  public void put(RuleDefinition rule) throws StoreException {
    onCall.accept("put");
    check(rule.id());

    rules.put(rule.id(), rule);
  }

  @Override
  public boolean remove(String id) throws StoreException {
    onCall.accept("remove");
    check(id);
    return rules.remove(id) != null;
  }

  @Override
  public void close() {}
}
