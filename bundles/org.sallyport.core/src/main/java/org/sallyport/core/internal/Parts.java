// SPDX-License-Identifier: Apache-2.0
package org.sallyport.core.internal;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.LongSupplier;
import org.sallyport.api.admin.AdminException;
import org.sallyport.api.admin.ControlEndpoint;
import org.sallyport.api.backend.Backend;
import org.sallyport.api.decision.PolicyEngine;
import org.sallyport.api.rule.RuleStore;
import org.sallyport.core.internal.Absences.Kind;
import org.sallyport.core.internal.settings.Waits;

/**
 * The parts that are present, and those that are being replaced. Changed by whatever thread the
 * framework uses when a part comes or goes; read by all. Each change is followed by a note to the
 * control thread.
 */
final class Parts {

  private static final String THE_ENGINE = "engine";

  private final Absences absences;
  private final Sources sources;
  private final List<RuleStore> stores = new CopyOnWriteArrayList<>();
  private final List<Backend> backends = new CopyOnWriteArrayList<>();
  private volatile Optional<PolicyEngine> engine = Optional.empty();
  private volatile Optional<ControlEndpoint> endpoint = Optional.empty();

  Parts() {
    this(System::nanoTime);
  }

  Parts(LongSupplier clockNs) {
    absences = new Absences(clockNs, Duration.ZERO);
    sources = new Sources(absences);
  }

  /** Which parts are being replaced. */
  Absences absences() {
    return absences;
  }

  void engine(Optional<PolicyEngine> value) {
    engine = value;
    absences.back(Kind.ENGINE, THE_ENGINE);
  }

  void endpoint(Optional<ControlEndpoint> value) {
    endpoint = value;
  }

  /**
   * A part that leaves may be named after its replacement came: only the named one is taken off.
   */
  void engineLeft(PolicyEngine gone) {
    if (engine.isPresent() && engine.get() == gone) {
      absences.left(Kind.ENGINE, THE_ENGINE);
      engine = Optional.empty();
    }
  }

  void endpointLeft(ControlEndpoint gone) {
    if (endpoint.isPresent() && endpoint.get() == gone) {
      endpoint = Optional.empty();
    }
  }

  void add(RuleStore store) {
    stores.add(store);
    absences.back(Kind.STORE, store.name());
  }

  void remove(RuleStore store) {
    stores.remove(store);
    if (store(store.name()).isEmpty()) {
      absences.left(Kind.STORE, store.name());
    }
  }

  void add(Backend backend) {
    backends.add(backend);
    absences.back(Kind.BACKEND, backend.name());
  }

  void remove(Backend backend) {
    if (backends.stream().filter(b -> b.name().equals(backend.name())).count() == 1) {
      absences.left(Kind.BACKEND, backend.name()); // before it is missed
    }
    backends.remove(backend);
  }

  /** The sources of subjects. */
  Sources sources() {
    return sources;
  }

  List<RuleStore> stores() {
    return stores;
  }

  List<Backend> backends() {
    return backends;
  }

  /** The engine, for a command that cannot do without. */
  PolicyEngine engineOrRefusal() {
    return engine()
        .orElseThrow(
            () ->
                AdminException.refused(
                    "engine: absent", "", "the policy in force stays; start it again"));
  }

  Optional<PolicyEngine> engine() {
    return engine;
  }

  /** Whether there is an engine, or is one to be again in a moment. */
  boolean hasEngine() {
    return engine.isPresent() || absences.replacing(Kind.ENGINE);
  }

  /** Whether a part is being replaced without which no change comes into force. */
  boolean isSwapping() {
    return absences.replacing(Kind.ENGINE) || absences.replacing(Kind.BACKEND);
  }

  Optional<ControlEndpoint> endpoint() {
    return endpoint;
  }

  Optional<RuleStore> store(String name) {
    return stores.stream().filter(store -> store.name().equals(name)).findFirst();
  }

  /** Whether everything is there that the first policy should wait for. */
  boolean complete(Waits waits, List<String> stack) {
    return engine.isPresent()
        && sources.source().isPresent()
        && ActiveBackends.present(stack, backends).size() == stack.size()
        && waits.stores().stream().allMatch(name -> store(name).isPresent())
        && waits.providers().stream().allMatch(this::isKnown);
  }

  private boolean isKnown(String provider) {
    List<String> known = engine.map(PolicyEngine::attributes).orElse(List.of());
    return known.stream()
        .anyMatch(name -> name.equals(provider) || name.startsWith(provider + "."));
  }
}
