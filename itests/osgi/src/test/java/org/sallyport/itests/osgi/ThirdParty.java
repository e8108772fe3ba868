// SPDX-License-Identifier: Apache-2.0
package org.sallyport.itests.osgi;

import java.io.IOException;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import org.sallyport.api.backend.Backend;
import org.sallyport.api.backend.BackendContext;
import org.sallyport.api.backend.BackendHealth;
import org.sallyport.api.backend.Enforcement;
import org.sallyport.api.packet.Direction;
import org.sallyport.api.rule.Origin;
import org.sallyport.api.rule.RuleDefinition;
import org.sallyport.api.rule.RuleStore;
import org.sallyport.api.rule.StoreListener;
import org.sallyport.api.rule.StoreUnit;
import org.sallyport.api.subject.SubjectLookup;
import org.sallyport.api.subject.SubjectSource;

/** Parts that somebody else wrote against the API. */
final class ThirdParty {

  private ThirdParty() {}

  /** A store with rules that its owner changes. Thread-safe. */
  static final class Store implements RuleStore {
    private final String name;
    private volatile List<RuleDefinition> rules = List.of();
    private volatile StoreListener listener;

    Store(String name) {
      this.name = name;
    }

    void hold(String id, String text) {
      rules = List.of(new RuleDefinition(id, text, 1000, true, "", new Origin(name, 0)));
      StoreListener hears = listener;
      if (hears != null) {
        hears.changed(this);
      }
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public int rank() {
      return 300;
    }

    @Override
    public void open(StoreListener opened) {
      listener = opened;
    }

    @Override
    public List<StoreUnit> read() {
      return List.of(new StoreUnit("all", rules, List.of()));
    }

    @Override
    public void put(RuleDefinition rule) {
      rules = List.of(rule);
    }

    @Override
    public boolean remove(String id) {
      boolean known = rules.stream().anyMatch(rule -> rule.id().equals(id));
      rules = List.of();
      return known;
    }

    @Override
    public void close() {
      listener = null;
    }
  }

  /** A source of subjects that nobody asks, since no packet is judged here. */
  record Source(String name) implements SubjectSource {
    @Override
    public SubjectLookup open() throws IOException {
      throw new IOException("no packet is judged in this test");
    }
  }

  /** A backend that a disarmed daemon never calls. */
  record IdleBackend(String name) implements Backend {
    @Override
    public Set<Direction> directions() {
      return Set.of(Direction.OUT);
    }

    @Override
    public OptionalInt generationInKernel() {
      return OptionalInt.empty();
    }

    @Override
    public void enforce(BackendContext context, Enforcement order) {
      throw new AssertionError("a disarmed daemon armed a backend");
    }

    @Override
    public void disarm() {
      throw new AssertionError("a disarmed daemon touched a backend");
    }

    @Override
    public BackendHealth health() {
      return new BackendHealth(true, List.of(), "");
    }
  }
}
