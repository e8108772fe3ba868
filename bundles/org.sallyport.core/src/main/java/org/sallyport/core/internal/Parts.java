// SPDX-License-Identifier: Apache-2.0
package org.sallyport.core.internal;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.LongSupplier;
import org.sallyport.api.admin.AdminException;
import org.sallyport.api.admin.AttributionStatus;
import org.sallyport.api.admin.ControlEndpoint;
import org.sallyport.api.backend.Backend;
import org.sallyport.api.decision.PolicyEngine;
import org.sallyport.api.rule.RuleStore;
import org.sallyport.api.subject.SubjectSource;
import org.sallyport.core.internal.Absences.Kind;
import org.sallyport.core.internal.settings.Waits;

/**
 * The parts that are present, and those that are being replaced. Changed by whatever thread the
 * framework uses when a part comes or goes; read by all. Each change is followed by a note to the
 * control thread.
 */
final class Parts {

  private static final String THE_ENGINE = "engine";

  /**
   * A source and what it said of itself when it came.
   *
   * @param awaited whether flows wait for it while it is being replaced
   * @param unavailable why it is not to be used
   */
  private record Ranked(
      SubjectSource source,
      String name,
      int ranking,
      boolean awaited,
      Optional<String> unavailable) {

    static Ranked of(SubjectSource source, int ranking) {
      String name = source.name();
      try {
        return new Ranked(source, name, ranking, source.isWorthWaitingFor(), source.unavailable());
      } catch (RuntimeException | LinkageError e) {
        return new Ranked(source, name, ranking, false, Optional.of("it failed: " + e));
      }
    }
  }

  private final Absences absences;
  private final List<Ranked> sources = new CopyOnWriteArrayList<>();
  private final List<RuleStore> stores = new CopyOnWriteArrayList<>();
  private final List<Backend> backends = new CopyOnWriteArrayList<>();
  private volatile Optional<PolicyEngine> engine = Optional.empty();
  private volatile Optional<SubjectSource> source = Optional.empty(); // read for each batch
  private volatile Optional<Ranked> best = Optional.empty();
  private volatile Optional<Ranked> awaited = Optional.empty();
  private volatile Optional<ControlEndpoint> endpoint = Optional.empty();

  Parts() {
    this(System::nanoTime);
  }

  Parts(LongSupplier clockNs) {
    absences = new Absences(clockNs, Duration.ZERO);
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

  synchronized void add(SubjectSource source, int ranking) {
    Ranked ranked = Ranked.of(source, ranking);
    sources.add(ranked);
    boolean usable = ranked.unavailable.isEmpty();
    if (awaited.isPresent() && usable && ranking >= awaited.get().ranking) {
      stopAwaiting();
    }
    chooseSource();
  }

  /** While the best one is being replaced there is none: a lesser one knows less. */
  synchronized void remove(SubjectSource source) {
    best.filter(ranked -> ranked.source == source && ranked.awaited)
        .ifPresent(
            ranked -> {
              awaited = best;
              absences.left(Kind.SOURCE, ranked.name);
            });
    sources.removeIf(ranked -> ranked.source == source);
    chooseSource();
  }

  /** Gives a source up that was not back in time. */
  synchronized void followGrace() {
    if (awaited.isPresent() && !absences.replacing(Kind.SOURCE)) {
      stopAwaiting();
      chooseSource();
    }
  }

  private void stopAwaiting() {
    absences.back(Kind.SOURCE, awaited.map(Ranked::name).orElse(""));
    awaited = Optional.empty();
  }

  private void chooseSource() {
    best =
        awaited.isPresent()
            ? Optional.empty()
            : sources.stream()
                .filter(ranked -> ranked.unavailable.isEmpty())
                .max(Comparator.comparingInt(Ranked::ranking));
    source = best.map(Ranked::source);
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

  Optional<SubjectSource> source() {
    return source;
  }

  /** The name of the best source, also while it is being replaced. */
  Optional<String> sourceName() {
    return best.or(() -> awaited).map(Ranked::name);
  }

  /** What the best source has counted, for people; one that fails at that is no less used. */
  String sourceFigures() {
    try {
      return source().map(SubjectSource::figures).orElse("");
    } catch (RuntimeException | LinkageError e) {
      return "its figures could not be read: " + e;
    }
  }

  /** The sources that cannot be used here, the best first. */
  List<AttributionStatus.NotUsed> unusedSources() {
    return sources.stream()
        .filter(ranked -> ranked.unavailable.isPresent())
        .sorted(Comparator.comparingInt(Ranked::ranking).reversed())
        .map(ranked -> new AttributionStatus.NotUsed(ranked.name, ranked.unavailable.orElse("")))
        .toList();
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
        && best.isPresent()
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
