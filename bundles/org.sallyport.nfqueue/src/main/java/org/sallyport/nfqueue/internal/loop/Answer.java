// SPDX-License-Identifier: Apache-2.0
package org.sallyport.nfqueue.internal.loop;

import java.util.Optional;
import org.sallyport.api.decision.Evaluation;
import org.sallyport.api.subject.SubjectKind;
import org.sallyport.api.subject.SubjectView;

/**
 * What a worker has to say.
 *
 * @param question what was asked
 * @param subject who it is; of kind UNKNOWN if that was not found out, of kind PENDING if there was
 *     nobody to ask; never borrowed
 * @param lasting whether the subject may be judged again; if not, only what was asked of it is in
 *     it
 * @param ruling what the policy says; empty if it was not asked, or failed
 */
record Answer(Question question, SubjectView subject, boolean lasting, Optional<Ruling> ruling) {

  /**
   * What the policy said.
   *
   * @param evaluation the answer
   * @param revision the policy's revision
   */
  record Ruling(Evaluation evaluation, long revision) {}

  /** Nobody could be asked: the source of subjects is being replaced. */
  static Answer nobodyAsked(Question question) {
    return new Answer(question, AwaySubject.of(question.packet()), false, Optional.empty());
  }

  boolean isNobodyAsked() {
    return subject.kind() == SubjectKind.PENDING;
  }

  /** What the policy says if it is the one of a revision; empty if it has to be asked anew. */
  Optional<Evaluation> under(long revision) {
    return ruling.filter(r -> r.revision() == revision).map(Ruling::evaluation);
  }
}
