// SPDX-License-Identifier: Apache-2.0
package org.sallyport.engine.internal.policy;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.sallyport.api.match.Matcher;
import org.sallyport.api.match.ReadSet;
import org.sallyport.api.rule.Criterion;
import org.sallyport.api.rule.Operator;
import org.sallyport.api.rule.RuleText;
import org.sallyport.engine.internal.attribute.Attribute;
import org.sallyport.engine.internal.attribute.BuiltIns;
import org.sallyport.engine.internal.attribute.Catalog;
import org.sallyport.engine.internal.attribute.ExecutablePaths;
import org.sallyport.engine.internal.attribute.Grounds;
import org.sallyport.engine.internal.attribute.Lookups;
import org.sallyport.engine.internal.attribute.Question;
import org.sallyport.engine.internal.attribute.UnknownChoice;
import org.sallyport.engine.internal.text.CriterionException;
import org.sallyport.engine.internal.text.RefusedRuleException;

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
  List<Asked> compile(RuleText rule) {
    List<Asked> asked = new ArrayList<>();
    for (int i = 0; i < rule.criteria().size(); i++) {
      Criterion criterion = rule.criteria().get(i);
      if (!criterion.attribute().equals(Catalog.UNKNOWN)) {
        asked.add(compile(i, criterion));
      }
    }
    asked.sort(Comparator.comparingInt(Asked::cost));
    return List.copyOf(asked);
  }

  private Asked compile(int position, Criterion criterion) {
    Catalog.Provider provider = catalog.provider(criterion.attribute());
    if (provider instanceof Catalog.Provider.Own own) {
      Attribute attribute = own.attribute();
      Matcher matcher = attribute.compiler().compile(criterion, lookups);
      Question question = new Question.Own(matcher, attribute.describer());
      return new Asked(position, criterion, attribute.cost(), question);
    }
    if (provider instanceof Catalog.Provider.Plugin plugin) {
      return new Asked(
          position,
          criterion,
          PLUGIN_COST,
          new Question.Own(
              pluginMatcher(plugin, criterion),
              ReadSet.ANYTHING,
              (flow, subject) -> "known to the part that provides " + criterion.attribute()));
    }
    return new Asked(position, criterion, 0, new Question.NeverHere(missing(provider)));
  }

  private static Matcher pluginMatcher(Catalog.Provider.Plugin plugin, Criterion criterion) {
    try {
      Matcher matcher = plugin.factory().compile(criterion);
      if (matcher != null) {
        return matcher;
      }
    } catch (IllegalArgumentException e) {
      throw new CriterionException(criterion.attribute() + ": " + e.getMessage(), "");
    } catch (RuntimeException | LinkageError e) {
      throw new CriterionException(
          "the part that provides " + criterion.attribute() + " failed: " + e,
          "Disable the rule, or mend or remove that part.");
    }
    throw new CriterionException(
        "the part that provides " + criterion.attribute() + " gave no answer",
        "Disable the rule, or mend or remove that part.");
  }

  /** The first criterion's missing provider, in words, or an empty string if none is missing. */
  String missing(RuleText rule) {
    for (Criterion criterion : rule.criteria()) {
      if (!criterion.attribute().equals(Catalog.UNKNOWN)) {
        String missing = missing(catalog.provider(criterion.attribute()));
        if (!missing.isEmpty()) {
          return criterion.attribute() + " is not known here: " + missing;
        }
      }
    }
    return "";
  }

  private static String missing(Catalog.Provider provider) {
    return provider instanceof Catalog.Provider.Nobody nobody ? nobody.missing() : "";
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

  /**
   * Refuses an allow rule that rests on what programs say about themselves: any program can say it.
   * A negated criterion identifies nobody, and neither does the kind of sender, so beside these the
   * rule still rests on the program's own word.
   */
  void checkGrounds(RuleText rule) {
    String selfWritten = "";
    for (Criterion criterion : rule.criteria()) {
      Grounds grounds = grounds(criterion.attribute());
      if (grounds == Grounds.SUBJECT && !criterion.negated()) {
        return;
      }
      selfWritten = grounds == Grounds.SELF_WRITTEN ? criterion.attribute() : selfWritten;
    }
    if (!selfWritten.isEmpty()) {
      throw new RefusedRuleException(
          "an allow rule cannot rest on "
              + selfWritten
              + " alone: every program writes that itself, so any program could claim it",
          "Add what a program cannot choose, for example process.exe=/usr/bin/NAME or user=NAME.");
    }
  }

  private static Grounds grounds(String attribute) {
    if (attribute.equals(Catalog.UNKNOWN)) {
      return Grounds.PACKET;
    }
    Attribute own = BuiltIns.all().get(attribute);
    if (own != null) {
      return own.grounds();
    }
    return attribute.startsWith("remote.") ? Grounds.PACKET : Grounds.SUBJECT;
  }

  /** Refuses {@code unknown=} where it would say nothing or grant. */
  static UnknownChoice choice(RuleText rule) {
    UnknownChoice choice = UnknownChoice.of(rule.criteria());
    if (choice != UnknownChoice.BY_FAIL_MODE && !rule.action().refuses()) {
      throw new CriterionException(
          "unknown= belongs to rules that refuse; "
              + rule.action().word()
              + " applies only where everything is known",
          "Take unknown= out.");
    }
    return choice;
  }
}
