// SPDX-License-Identifier: Apache-2.0
package org.sallyport.engine.internal.policy;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.sallyport.api.decision.CompiledRule;
import org.sallyport.api.decision.Decision;
import org.sallyport.api.decision.Evaluation;
import org.sallyport.api.decision.Explanation;
import org.sallyport.api.decision.Expressiveness;
import org.sallyport.api.decision.KernelProgram;
import org.sallyport.api.decision.PolicySnapshot;
import org.sallyport.api.decision.Verdict;
import org.sallyport.api.match.Input;
import org.sallyport.api.match.ReadSet;
import org.sallyport.api.match.Volatility;
import org.sallyport.api.packet.Direction;
import org.sallyport.api.packet.Flow;
import org.sallyport.api.packet.FlowView;
import org.sallyport.api.subject.SubjectKind;
import org.sallyport.api.subject.SubjectView;
import org.sallyport.engine.internal.plan.Candidate;
import org.sallyport.engine.internal.plan.Planner;

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

  @Override
  public Optional<KernelProgram> program(Expressiveness backend) {
    Map<Direction, List<Candidate>> candidates = new EnumMap<>(Direction.class);
    Map<Direction, Verdict> verdicts = new EnumMap<>(Direction.class);
    for (Direction direction : Direction.values()) {
      candidates.put(
          direction,
          entries(direction).stream().map(Entry::candidate).flatMap(Optional::stream).toList());
      verdicts.put(direction, defaults.get(direction).verdict());
    }
    return Optional.of(Planner.plan(candidates, verdicts, backend));
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
