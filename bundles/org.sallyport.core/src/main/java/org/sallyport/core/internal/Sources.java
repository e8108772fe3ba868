// SPDX-License-Identifier: Apache-2.0
package org.sallyport.core.internal;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.sallyport.api.admin.AttributionStatus;
import org.sallyport.api.subject.SubjectSource;
import org.sallyport.core.internal.Absences.Kind;

/**
 * The sources of subjects, a ladder: the one that was chosen by hand is used if it is there and can
 * work here, else the best that can. A choice never leaves the host without a source. Changed by
 * whatever thread the framework uses, and by the control thread; read by all.
 */
final class Sources {

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

    boolean isUsable() {
      return unavailable.isEmpty();
    }
  }

  private final Absences absences;
  private final List<Ranked> sources = new CopyOnWriteArrayList<>();
  private volatile Optional<SubjectSource> source = Optional.empty(); // read for each batch
  private volatile Optional<Ranked> best = Optional.empty();
  private volatile Optional<Ranked> awaited = Optional.empty();
  private volatile Optional<String> chosen = Optional.empty();

  Sources(Absences absences) {
    this.absences = absences;
  }

  synchronized void add(SubjectSource source, int ranking) {
    Ranked ranked = Ranked.of(source, ranking);
    sources.add(ranked);
    awaitNoLonger();
    choose();
  }

  /** While the one in use is being replaced there is none: a lesser one knows less. */
  synchronized void remove(SubjectSource source) {
    best.filter(ranked -> ranked.source == source && ranked.awaited)
        .ifPresent(
            ranked -> {
              awaited = best;
              absences.left(Kind.SOURCE, ranked.name);
            });
    sources.removeIf(ranked -> ranked.source == source);
    choose();
  }

  /**
   * Follows a choice by hand; readers use the source that comes of it from their next batch on.
   *
   * @param name the source to use if it can be, or {@link AttributionStatus#AUTO}
   */
  synchronized void prefer(String name) {
    Optional<String> wanted =
        Optional.of(name).filter(word -> !word.equals(AttributionStatus.AUTO));
    if (!wanted.equals(chosen)) {
      chosen = wanted;
      awaitNoLonger();
      choose();
    }
  }

  /** Gives a source up that was not back in time. */
  synchronized void followGrace() {
    if (awaited.isPresent() && !absences.replacing(Kind.SOURCE)) {
      stopAwaiting();
      choose();
    }
  }

  /** Nobody waits for a source that would not be used before one that is there. */
  private void awaitNoLonger() {
    Optional<Ranked> present = first(chosen);
    if (awaited.isPresent()
        && present.isPresent()
        && order(chosen).compare(present.get(), awaited.get()) >= 0) {
      stopAwaiting();
    }
  }

  private void stopAwaiting() {
    absences.back(Kind.SOURCE, awaited.map(Ranked::name).orElse(""));
    awaited = Optional.empty();
  }

  private void choose() {
    best = awaited.isPresent() ? Optional.empty() : first(chosen);
    source = best.map(Ranked::source);
  }

  private Optional<Ranked> first(Optional<String> wanted) {
    return sources.stream().filter(Ranked::isUsable).max(order(wanted));
  }

  private static Comparator<Ranked> order(Optional<String> wanted) {
    return Comparator.<Ranked, Boolean>comparing(ranked -> wanted.equals(Optional.of(ranked.name)))
        .thenComparingInt(Ranked::ranking);
  }

  /** The one in use; empty while it is being replaced, and where there is none. */
  Optional<SubjectSource> source() {
    return source;
  }

  /** The one that would be in use after a choice, as far as it is there. */
  Optional<SubjectSource> after(String choice) {
    return first(Optional.of(choice)).map(Ranked::source);
  }

  /** Why the source of a name cannot be used here; empty if one of that name can. */
  Optional<String> unavailable(String name) {
    List<Ranked> named = sources.stream().filter(ranked -> ranked.name.equals(name)).toList();
    return named.stream().anyMatch(Ranked::isUsable)
        ? Optional.empty()
        : named.stream().findFirst().flatMap(Ranked::unavailable);
  }

  /** The name of the one in use, also while it is being replaced. */
  Optional<String> name() {
    return best.or(() -> awaited).map(Ranked::name);
  }

  /** What the one in use has counted, for people; one that fails at that is no less used. */
  String figures() {
    try {
      return source().map(SubjectSource::figures).orElse("");
    } catch (RuntimeException | LinkageError e) {
      return "its figures could not be read: " + e;
    }
  }

  /** The source that was chosen by hand. */
  Optional<String> chosen() {
    return chosen;
  }

  /** Why another source is used than the chosen one; empty where that is not so. */
  Optional<String> notChosen() {
    return chosen.filter(name -> !Optional.of(name).equals(name())).map(this::whyNot);
  }

  /** Why a source could not be used that nothing but itself speaks against. */
  private String whyNot(String name) {
    return ladder().stream()
        .filter(step -> step.name().equals(name))
        .findFirst()
        .map(step -> step.reason().orElse("it is taken into use"))
        .orElse("it is not there");
  }

  /** All of them, the best first. */
  synchronized List<AttributionStatus.Source> ladder() {
    List<Ranked> all = new ArrayList<>(sources);
    awaited.ifPresent(all::add);
    return all.stream()
        .sorted(Comparator.comparingInt(Ranked::ranking).reversed())
        .map(
            step ->
                new AttributionStatus.Source(step.name, step.ranking, isInUse(step), whyNot(step)))
        .toList();
  }

  private boolean isInUse(Ranked step) {
    return best.or(() -> awaited).filter(used -> used.source == step.source).isPresent();
  }

  private Optional<String> whyNot(Ranked step) {
    if (isInUse(step)) {
      return awaited.map(used -> "it is being replaced, and flows wait for it");
    }
    if (!step.isUsable()) {
      return step.unavailable;
    }
    boolean byHand = chosen.isPresent() && chosen.equals(name());
    return Optional.of(byHand ? "another was chosen by hand" : "a better one is used");
  }
}
