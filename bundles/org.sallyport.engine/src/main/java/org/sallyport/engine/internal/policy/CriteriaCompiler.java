// SPDX-License-Identifier: Apache-2.0
package org.sallyport.engine.internal.policy;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.sallyport.api.match.Matcher;
import org.sallyport.api.rule.Criterion;
import org.sallyport.api.rule.Operator;
import org.sallyport.api.rule.RuleText;
import org.sallyport.engine.internal.attribute.Attribute;
import org.sallyport.engine.internal.attribute.BuiltIns;
import org.sallyport.engine.internal.attribute.Catalog;
import org.sallyport.engine.internal.attribute.Catalog.Trust;
import org.sallyport.engine.internal.attribute.ExecutablePaths;
import org.sallyport.engine.internal.attribute.Lookups;
import org.sallyport.engine.internal.attribute.Question;
import org.sallyport.engine.internal.plugin.PluginRefusal;
import org.sallyport.engine.internal.text.UnknownNameException;

/** Compiles the criteria of rules that are known to be well-formed. */
final class CriteriaCompiler {

  // Behind everything that is read once per process, ahead of the walk up its ancestors.
  private static final int PLUGIN_COST = 45;

  private final Catalog catalog;
  private final Lookups lookups;

  CriteriaCompiler(Catalog catalog, Lookups lookups) {
    this.catalog = catalog;
    this.lookups = lookups;
  }

  /** The criteria, cheapest first; of two that cost the same, the one written first. */
  List<Asked> compile(RuleText rule, Trust trust) {
    List<Asked> asked = new ArrayList<>();
    for (int i = 0; i < rule.criteria().size(); i++) {
      Criterion criterion = rule.criteria().get(i);
      if (!criterion.attribute().equals(Catalog.UNKNOWN)) {
        asked.add(compile(i, criterion, trust));
      }
    }
    asked.sort(Comparator.comparingInt(Asked::cost));
    return List.copyOf(asked);
  }

  private Asked compile(int position, Criterion criterion, Trust trust) {
    Catalog.Provider provider = catalog.provider(criterion.attribute(), trust);
    if (provider instanceof Catalog.Provider.Own own) {
      return new Asked(position, criterion, own.attribute().cost(), builtIn(criterion, trust));
    }
    if (provider instanceof Catalog.Provider.Foreign foreign) {
      return new Asked(position, criterion, PLUGIN_COST, ask(foreign, criterion, trust));
    }
    String missing = ((Catalog.Provider.Nobody) provider).missing();
    return new Asked(position, criterion, 0, neverHere(criterion, missing));
  }

  /** A plugin that turns its back on a rule in force makes that unresolved, not the policy void. */
  private Question ask(Catalog.Provider.Foreign foreign, Criterion criterion, Trust trust) {
    try {
      return foreign.attribute().compile(criterion, this::builtIn);
    } catch (PluginRefusal e) {
      if (trust != Trust.IN_FORCE) {
        throw e;
      }
      return neverHere(criterion, e.getMessage());
    }
  }

  /** An account that is gone makes a rule in force unresolved, not the policy void. */
  private Question builtIn(Criterion criterion, Trust trust) {
    try {
      return builtIn(criterion);
    } catch (UnknownNameException e) {
      if (trust != Trust.IN_FORCE) {
        throw e;
      }
      return neverHere(criterion, e.getMessage());
    }
  }

  private Question builtIn(Criterion criterion) {
    Catalog.checkBuiltIn(criterion);
    Attribute attribute = BuiltIns.all().get(criterion.attribute());
    Matcher matcher = attribute.compiler().compile(criterion, lookups);
    return new Question.Own(matcher, attribute.describer());
  }

  private static Question neverHere(Criterion criterion, String missing) {
    return new Question.NeverHere(criterion.attribute() + " is not known here: " + missing);
  }

  /** Why a rule cannot be resolved, or an empty string. */
  static String missing(List<Asked> asked) {
    for (Asked one : asked) {
      if (one.question() instanceof Question.NeverHere nobody) {
        return nobody.missing();
      }
    }
    return "";
  }

  /** The paths of all executables that can match, or an empty set if the rule does not say. */
  Set<String> hostPaths(RuleText rule) {
    for (Criterion criterion : rule.criteria()) {
      if (criterion.attribute().equals("process.exe")
          && criterion.operator() == Operator.EQUALS
          && !criterion.negated()) {
        return new TreeSet<>(ExecutablePaths.of(criterion, lookups));
      }
    }
    return Set.of();
  }
}
