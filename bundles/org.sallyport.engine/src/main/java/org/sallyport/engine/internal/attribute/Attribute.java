// SPDX-License-Identifier: Apache-2.0
package org.sallyport.engine.internal.attribute;

import java.util.Objects;
import java.util.Set;
import org.sallyport.api.match.Matcher;
import org.sallyport.api.packet.FlowView;
import org.sallyport.api.rule.Criterion;
import org.sallyport.api.rule.Operator;
import org.sallyport.api.subject.SubjectView;

/**
 * A built-in attribute.
 *
 * @param name its name in rules
 * @param cost what asking it costs, in no unit: a cheaper criterion is asked first
 * @param grounds what its value rests on
 * @param operators how it may be compared
 * @param compiler makes matchers
 * @param describer tells a flow's own value
 */
public record Attribute(
    String name,
    int cost,
    Grounds grounds,
    Set<Operator> operators,
    Compiler compiler,
    Describer describer) {

  /** Refuses null. */
  public Attribute {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(grounds, "grounds");
    operators = Set.copyOf(operators);
    Objects.requireNonNull(compiler, "compiler");
    Objects.requireNonNull(describer, "describer");
  }

  /** Makes the matcher of one criterion. */
  @FunctionalInterface
  public interface Compiler {

    /**
     * Compiles one criterion, negation included.
     *
     * @throws IllegalArgumentException if a value makes no sense; the message names it
     */
    Matcher compile(Criterion criterion, Lookups lookups);
  }

  /** Tells a flow's own value, or why there is none. For people: allocates. */
  @FunctionalInterface
  public interface Describer {

    /** The value and where it was learnt from. */
    String describe(FlowView flow, SubjectView subject);
  }
}
