// SPDX-License-Identifier: Apache-2.0
package org.sallyport.api.decision;

import java.util.List;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;
import org.sallyport.api.packet.Flow;
import org.sallyport.api.packet.FlowView;
import org.sallyport.api.subject.SubjectView;

/** One revision of the policy, compiled. Immutable and thread-safe. */
@ProviderType
public interface PolicySnapshot {

  /**
   * The revision this was compiled from.
   *
   * @return at least 1, growing with each change
   */
  long revision();

  /**
   * Judges one flow: the first rule that matches, else the direction's default. Does not block or
   * allocate; never throws for what a matcher does (a matcher that throws is unknown).
   *
   * @param flow the flow; borrowed
   * @param subject who is behind it; borrowed
   * @param out where the answer is written; reset first
   */
  void decide(FlowView flow, SubjectView subject, Evaluation out);

  /**
   * Judges one flow and tells each step. For people: allocates.
   *
   * @param flow the flow
   * @param subject who is behind it
   * @return the ordered evaluation
   */
  Explanation explain(Flow flow, SubjectView subject);

  /**
   * The policy as a backend can carry it out by itself: each rule that takes part is held exactly,
   * or what it might claim is passed on. For the control thread: allocates.
   *
   * @param backend what the backend can express
   * @return the steps of every direction; empty if this engine plans for no backend
   */
  default Optional<KernelProgram> program(Expressiveness backend) {
    return Optional.empty();
  }

  /**
   * The rules in the order they are asked, disabled ones included.
   *
   * @return an immutable list
   */
  List<CompiledRule> rules();
}
