// SPDX-License-Identifier: Apache-2.0
package org.sallyport.core.internal;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.sallyport.api.admin.ControlEndpoint;
import org.sallyport.api.backend.Backend;
import org.sallyport.api.decision.PolicyEngine;
import org.sallyport.api.rule.RuleStore;
import org.sallyport.api.subject.SubjectSource;

/**
 * The parts that are present. Changed by whatever thread the framework uses when a part comes or
 * goes; read by all. Each change is followed by a note to the control thread.
 */
final class Parts {

  private record Ranked(SubjectSource source, int ranking) {}

  private final List<Ranked> sources = new CopyOnWriteArrayList<>();
  private final List<RuleStore> stores = new CopyOnWriteArrayList<>();
  private final List<Backend> backends = new CopyOnWriteArrayList<>();
  private volatile Optional<PolicyEngine> engine = Optional.empty();
  private volatile Optional<SubjectSource> best = Optional.empty();
  private volatile Optional<ControlEndpoint> endpoint = Optional.empty();

  void engine(Optional<PolicyEngine> value) {
    engine = value;
  }

  void endpoint(Optional<ControlEndpoint> value) {
    endpoint = value;
  }

  /**
   * A part that leaves may be named after its replacement came: only the named one is taken off.
   */
  void engineLeft(PolicyEngine gone) {
    if (engine.isPresent() && engine.get() == gone) {
      engine = Optional.empty();
    }
  }

  void endpointLeft(ControlEndpoint gone) {
    if (endpoint.isPresent() && endpoint.get() == gone) {
      endpoint = Optional.empty();
    }
  }

  synchronized void add(SubjectSource source, int ranking) {
    sources.add(new Ranked(source, ranking));
    chooseSource();
  }

  synchronized void remove(SubjectSource source) {
    sources.removeIf(ranked -> ranked.source == source);
    chooseSource();
  }

  private void chooseSource() {
    best = sources.stream().max(Comparator.comparingInt(Ranked::ranking)).map(Ranked::source);
  }

  List<RuleStore> stores() {
    return stores;
  }

  List<Backend> backends() {
    return backends;
  }

  Optional<PolicyEngine> engine() {
    return engine;
  }

  Optional<SubjectSource> source() {
    return best;
  }

  Optional<ControlEndpoint> endpoint() {
    return endpoint;
  }

  Optional<RuleStore> store(String name) {
    return stores.stream().filter(store -> store.name().equals(name)).findFirst();
  }

  /** Whether everything is there that the first policy should wait for. */
  boolean complete(List<String> storeNames) {
    return engine.isPresent()
        && best.isPresent()
        && !backends.isEmpty()
        && storeNames.stream().allMatch(name -> store(name).isPresent());
  }
}
