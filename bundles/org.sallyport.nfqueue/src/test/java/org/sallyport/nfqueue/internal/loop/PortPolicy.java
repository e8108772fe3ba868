// SPDX-License-Identifier: Apache-2.0
package org.sallyport.nfqueue.internal.loop;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.sallyport.api.decision.CompiledRule;
import org.sallyport.api.decision.Decision;
import org.sallyport.api.decision.Evaluation;
import org.sallyport.api.decision.Explanation;
import org.sallyport.api.decision.PolicySnapshot;
import org.sallyport.api.decision.RuleCounter;
import org.sallyport.api.decision.Verdict;
import org.sallyport.api.packet.Flow;
import org.sallyport.api.packet.FlowView;
import org.sallyport.api.subject.Fact;
import org.sallyport.api.subject.SubjectKind;
import org.sallyport.api.subject.SubjectView;

/**
 * A policy that goes by the remote port: denies some, rejects some, allows the rest; and denies
 * whatever nobody is known to be behind, and one user.
 */
public final class PortPolicy implements PolicySnapshot {

  private final Map<Verdict, Decision> decisions = new EnumMap<>(Verdict.class);
  private final long revision;
  private final Set<Integer> denied;
  private final Set<Integer> rejected;

  public PortPolicy(long revision, Set<Integer> denied, Set<Integer> rejected) {
    this.revision = revision;
    this.denied = denied;
    this.rejected = rejected;
    for (Verdict verdict : Verdict.values()) {
      Optional<String> rule = Optional.of("rule-" + verdict);
      decisions.put(verdict, new Decision(verdict, rule, "by port", revision, new RuleCounter()));
    }
  }

  /** What this policy says whenever it gives a verdict. */
  public Decision decision(Verdict verdict) {
    return decisions.get(verdict);
  }

  @Override
  public long revision() {
    return revision;
  }

  @Override
  public void decide(FlowView flow, SubjectView subject, Evaluation out) {
    out.reset();
    out.decide(decisions.get(verdictOn(flow.remotePort(), subject)));
    if (subject.kind() == SubjectKind.PENDING && !denied.contains(flow.remotePort())) {
      out.markPending(); // were it nobody, it would be denied
    }
  }

  private Verdict verdictOn(int port, SubjectView subject) {
    boolean deniedUser =
        subject.userId() instanceof Fact.Known<Long> user
            && user.value() == GatedSubjects.DENIED_USER;
    if (deniedUser || subject.kind() == SubjectKind.UNKNOWN || denied.contains(port)) {
      return Verdict.DENY;
    }
    return rejected.contains(port) ? Verdict.REJECT : Verdict.ALLOW;
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
