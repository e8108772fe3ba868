// SPDX-License-Identifier: Apache-2.0
package org.sallyport.nfqueue.internal.loop;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.sallyport.api.decision.CompiledRule;
import org.sallyport.api.decision.Decision;
import org.sallyport.api.decision.Evaluation;
import org.sallyport.api.decision.Explanation;
import org.sallyport.api.decision.PolicySnapshot;
import org.sallyport.api.decision.RuleCounter;
import org.sallyport.api.decision.Verdict;
import org.sallyport.api.packet.Flow;
import org.sallyport.api.packet.FlowView;
import org.sallyport.api.subject.SubjectView;

/** A policy that says what a test has it say. */
final class ScriptedPolicy implements PolicySnapshot {

  private final Map<Verdict, Decision> decisions = new EnumMap<>(Verdict.class);
  private final long revision;
  private final Script script;

  /** What is said about a flow; may also mark the evaluation. */
  interface Script {
    Verdict say(FlowView flow, SubjectView subject, Evaluation out);
  }

  ScriptedPolicy(long revision, Script script) {
    this.revision = revision;
    this.script = script;
    for (Verdict verdict : Verdict.values()) {
      decisions.put(
          verdict,
          new Decision(verdict, Optional.empty(), "as scripted", revision, new RuleCounter()));
    }
  }

  @Override
  public long revision() {
    return revision;
  }

  @Override
  public void decide(FlowView flow, SubjectView subject, Evaluation out) {
    out.reset();
    out.decide(decisions.get(script.say(flow, subject, out)));
  }

  @Override
  public Explanation explain(Flow flow, SubjectView subject) {
    throw new UnsupportedOperationException("not asked in these tests");
  }

  @Override
  public List<CompiledRule> rules() {
    return List.of();
  }
}
