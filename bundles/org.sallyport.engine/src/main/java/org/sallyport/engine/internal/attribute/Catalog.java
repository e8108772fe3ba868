// SPDX-License-Identifier: Apache-2.0
package org.sallyport.engine.internal.attribute;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.sallyport.api.match.MatcherFactory;
import org.sallyport.api.rule.Criterion;
import org.sallyport.engine.internal.text.CriterionCheck;
import org.sallyport.engine.internal.text.CriterionException;
import org.sallyport.engine.internal.text.NearWord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All attributes: built in, provided by plugins now, and those whose plugin is away. Factories come
 * and go on any thread; readers see a list as a whole.
 */
public final class Catalog implements CriterionCheck {

  /** The pseudo-criterion that says what a rule does where a fact is unknown. */
  public static final String UNKNOWN = "unknown";

  private static final Logger LOG = LoggerFactory.getLogger(Catalog.class);

  /** Who answers for an attribute. */
  public sealed interface Provider {

    /** The engine itself. */
    record Own(Attribute attribute) implements Provider {}

    /** A plugin. */
    record Plugin(MatcherFactory factory) implements Provider {}

    /** Nobody on this host now; the sentence says who is missing. */
    record Nobody(String missing) implements Provider {}
  }

  private record Registered(MatcherFactory factory, Set<String> names) {}

  private final Map<String, String> seenBefore = new ConcurrentHashMap<>();
  private volatile List<Registered> factories = List.of();

  /** Creates a catalog with the built-in attributes. */
  public Catalog() {}

  /** A factory has come; its attributes count from the next compilation on. */
  public synchronized void add(MatcherFactory factory) {
    Set<String> names = namesOf(factory);
    names.forEach(name -> seenBefore.put(name, "the part that provides " + name + " is away"));
    List<Registered> changed = new ArrayList<>(factories);
    changed.add(new Registered(factory, names));
    factories = List.copyOf(changed);
  }

  /** A factory has gone. */
  public synchronized void remove(MatcherFactory factory) {
    factories = factories.stream().filter(known -> known.factory() != factory).toList();
  }

  private static Set<String> namesOf(MatcherFactory factory) {
    try {
      Set<String> names = new TreeSet<>(factory.attributes());
      names.removeIf(name -> BuiltIns.all().containsKey(name) || name.equals(UNKNOWN));
      return Set.copyOf(names);
    } catch (RuntimeException | LinkageError e) {
      LOG.warn("A matcher factory does not tell its attributes and is left out.", e);
      return Set.of();
    }
  }

  /**
   * Who answers for an attribute.
   *
   * @throws CriterionException if there is no such attribute
   */
  public Provider provider(String attribute) {
    Attribute own = BuiltIns.all().get(attribute);
    if (own != null) {
      return new Provider.Own(own);
    }
    for (Registered registered : factories) {
      if (registered.names().contains(attribute)) {
        return new Provider.Plugin(registered.factory());
      }
    }
    String missing = BuiltIns.providedByParts().get(attribute);
    missing = missing == null ? seenBefore.get(attribute) : missing;
    if (missing != null) {
      return new Provider.Nobody(missing);
    }
    throw new CriterionException(
        "'" + attribute + "' is no attribute",
        NearWord.of(attribute, known())
            .map(near -> "Did you mean " + near + "?")
            .orElse("The attributes are " + String.join(", ", names()) + "."));
  }

  /** The attributes that rules may use now, sorted. */
  public List<String> names() {
    Set<String> names = new TreeSet<>(BuiltIns.all().keySet());
    factories.forEach(factory -> names.addAll(factory.names()));
    return List.copyOf(names);
  }

  private Collection<String> known() {
    Set<String> known = new TreeSet<>(names());
    known.addAll(BuiltIns.providedByParts().keySet());
    known.addAll(seenBefore.keySet());
    known.add(UNKNOWN);
    return known;
  }

  @Override
  public void check(Criterion criterion) {
    if (criterion.attribute().equals(UNKNOWN)) {
      UnknownChoice.of(criterion);
    } else if (provider(criterion.attribute()) instanceof Provider.Own own) {
      checkOperator(own.attribute(), criterion);
      own.attribute().compiler().compile(criterion, Lookups.NONE);
    }
  }

  private static void checkOperator(Attribute attribute, Criterion criterion) {
    if (!attribute.operators().contains(criterion.operator())) {
      throw new CriterionException(
          attribute.name() + " cannot be compared with " + criterion.operator().sign(),
          "Write " + attribute.name() + "=value[,value…].");
    }
  }
}
