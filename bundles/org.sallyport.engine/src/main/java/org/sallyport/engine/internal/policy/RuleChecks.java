// SPDX-License-Identifier: Apache-2.0
package org.sallyport.engine.internal.policy;

import java.util.List;
import org.sallyport.api.rule.Action;
import org.sallyport.api.rule.Criterion;
import org.sallyport.api.rule.Lifetime;
import org.sallyport.api.rule.Operator;
import org.sallyport.api.rule.RuleText;
import org.sallyport.engine.internal.attribute.Attribute;
import org.sallyport.engine.internal.attribute.BuiltIns;
import org.sallyport.engine.internal.attribute.Catalog;
import org.sallyport.engine.internal.attribute.Grounds;
import org.sallyport.engine.internal.attribute.UnknownChoice;
import org.sallyport.engine.internal.text.CriterionException;
import org.sallyport.engine.internal.text.RefusedRuleException;

/** What a rule may not say although each of its words makes sense. */
final class RuleChecks {

  static final String PID = "process.pid";

  private RuleChecks() {}

  /**
   * Looks at a rule as a whole.
   *
   * @return what it says about unknown facts
   * @throws CriterionException if it cannot be put in force
   */
  static UnknownChoice check(RuleText text) {
    if (text.action() == Action.ASK) {
      throw new RefusedRuleException(
          "no part that asks a person is installed, so an ask rule cannot be put in force",
          "Use allow, deny or reject.");
    }
    if (text.action() == Action.ALLOW) {
      checkGrounds(text);
    }
    if (text.lifetime() instanceof Lifetime.UntilExit && !namesOneProcess(text)) {
      throw new CriterionException(
          "until-exit needs to know whose exit is meant", "Add process.pid=NUMBER.");
    }
    return choice(text);
  }

  private static boolean namesOneProcess(RuleText text) {
    List<Criterion> pids =
        text.criteria().stream().filter(criterion -> criterion.attribute().equals(PID)).toList();
    return pids.size() == 1
        && pids.get(0).operator() == Operator.EQUALS
        && !pids.get(0).negated()
        && pids.get(0).values().size() == 1;
  }

  /**
   * Refuses an allow rule that rests on what programs say about themselves, or whoever starts them
   * about them: any program can say it, or have it said. A negated criterion identifies nobody, and
   * neither does the kind of sender, so beside these the rule still rests on the program's own
   * word.
   */
  private static void checkGrounds(RuleText rule) {
    String word = "";
    String writer = "";
    for (Criterion criterion : rule.criteria()) {
      Grounds grounds = grounds(criterion.attribute());
      if (grounds == Grounds.SUBJECT && !criterion.negated()) {
        return;
      }
      if (grounds == Grounds.SELF_WRITTEN || grounds == Grounds.CLAIMED) {
        word = criterion.attribute();
        writer =
            grounds == Grounds.CLAIMED
                ? "whoever starts a program can choose that name"
                : "every program writes that itself";
      }
    }
    if (!word.isEmpty()) {
      throw new RefusedRuleException(
          "an allow rule cannot rest on "
              + word
              + " alone: "
              + writer
              + ", so any program could claim it",
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
  private static UnknownChoice choice(RuleText rule) {
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
