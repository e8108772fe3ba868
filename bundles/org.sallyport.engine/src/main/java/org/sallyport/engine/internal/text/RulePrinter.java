// SPDX-License-Identifier: Apache-2.0
package org.sallyport.engine.internal.text;

import java.util.Locale;
import java.util.stream.Collectors;
import org.sallyport.api.packet.Direction;
import org.sallyport.api.rule.Criterion;
import org.sallyport.api.rule.Lifetime;
import org.sallyport.api.rule.Operator;
import org.sallyport.api.rule.RuleText;

/** Prints rules in their one canonical form, which {@link RuleReader} reads back. */
public final class RulePrinter {

  private RulePrinter() {}

  /** The whole rule; the direction is always written. */
  public static String print(RuleText rule) {
    StringBuilder text = new StringBuilder(rule.action().word());
    text.append(' ').append(word(rule.direction()));
    for (Criterion criterion : rule.criteria()) {
      text.append(' ').append(print(criterion));
    }
    return text.append(lifetime(rule.lifetime())).toString();
  }

  /** One criterion. */
  public static String print(Criterion criterion) {
    return (criterion.negated() ? "!" : "")
        + criterion.attribute()
        + criterion.operator().sign()
        + criterion.values().stream()
            .map(value -> value(value, criterion.operator()))
            .collect(Collectors.joining(","));
  }

  /** The direction's word. */
  public static String word(Direction direction) {
    return direction.name().toLowerCase(Locale.ROOT);
  }

  private static String value(String value, Operator operator) {
    // After "=", a tilde would be read as the second half of "=~".
    boolean ambiguous = operator == Operator.EQUALS && value.startsWith("~");
    boolean plain = !value.isEmpty() && !ambiguous;
    for (int i = 0; i < value.length() && plain; i++) {
      plain = " ,\"'\\".indexOf(value.charAt(i)) < 0;
    }
    return plain ? value : '"' + value.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }

  private static String lifetime(Lifetime lifetime) {
    if (lifetime instanceof Lifetime.For time) {
      return " for " + LifetimeText.print(time.duration());
    }
    if (lifetime instanceof Lifetime.Until until) {
      return " until " + until.end();
    }
    if (lifetime instanceof Lifetime.Once) {
      return " once";
    }
    if (lifetime instanceof Lifetime.UntilRestart) {
      return " until-restart";
    }
    return lifetime instanceof Lifetime.UntilExit ? " until-exit" : "";
  }
}
