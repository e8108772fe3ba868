// SPDX-License-Identifier: Apache-2.0
package org.sallyport.engine.internal.policy;

import java.util.List;
import java.util.Map;
import org.sallyport.api.decision.CompiledRule;
import org.sallyport.api.decision.Decision;
import org.sallyport.api.decision.Evaluation;
import org.sallyport.api.decision.Explanation;
import org.sallyport.api.decision.PolicySnapshot;
import org.sallyport.api.match.Input;
import org.sallyport.api.match.ReadSet;
import org.sallyport.api.match.Volatility;
import org.sallyport.api.packet.Direction;
import org.sallyport.api.packet.Flow;
import org.sallyport.api.packet.FlowView;
import org.sallyport.api.subject.SubjectKind;
import org.sallyport.api.subject.SubjectView;

/** A compiled policy. Immutable. */
final class Snapshot implements PolicySnapshot {

  private static final ReadSet KIND_OF_SENDER = ReadSet.of(Volatility.PROCESS, Input.SUBJECT_KIND);

  private final long revision;
  private final List<CompiledRule> rules;
  private final Map<Direction, DirectionRules> byDirection;
  private final Map<Direction, Decision> defaults;
  private final Decision kernelDefault;

  /**
   * Creates the snapshot.
   *
   * @param revision its revision
   * @param rules all rules in order
   * @param byDirection the rules that take part, by direction
   * @param defaults where none matches, by direction
   * @param kernelDefault where none matches a packet that the kernel made
   */
  Snapshot(
      long revision,
      List<CompiledRule> rules,
      Map<Direction, DirectionRules> byDirection,
      Map<Direction, Decision> defaults,
      Decision kernelDefault) {
    this.revision = revision;
    this.rules = List.copyOf(rules);
    this.byDirection = byDirection;
    this.defaults = defaults;
    this.kernelDefault = kernelDefault;
  }

  @Override
  public long revision() {
    return revision;
  }

  @Override
  public void decide(FlowView flow, SubjectView subject, Evaluation out) {
    out.reset();
    Direction direction = flow.direction();
    if (!byDirection.get(direction).judge(flow, subject, out)) {
      out.decide(otherwise(direction, subject));
      if (defaults.get(direction).verdict() != kernelDefault.verdict()) {
        out.rest(KIND_OF_SENDER);
      }
    }
  }

  private Decision otherwise(Direction direction, SubjectView subject) {
    return subject.kind() == SubjectKind.KERNEL ? kernelDefault : defaults.get(direction);
  }

  @Override
  public Explanation explain(Flow flow, SubjectView subject) {
    Direction direction = flow.direction();
    return Explainer.explain(flow, subject, entries(direction), otherwise(direction, subject));
  }

  /** The rules of a direction that take part, in order. */
  List<Entry> entries(Direction direction) {
    return byDirection.get(direction).entries();
  }

  @Override
  public List<CompiledRule> rules() {
    return rules;
  }
}
