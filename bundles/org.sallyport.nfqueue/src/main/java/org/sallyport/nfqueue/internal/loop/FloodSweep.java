// SPDX-License-Identifier: Apache-2.0
package org.sallyport.nfqueue.internal.loop;

import java.io.IOException;
import org.sallyport.api.decision.Decision;

/**
 * Finds the questions of programs that are refused unseen by now. They were asked before the flood
 * was known as one, thousands perhaps, and workers would look for each while others wait behind.
 * Owned by the agent.
 */
final class FloodSweep {

  private static final long EVERY_NS = 50_000_000L;

  private final PendingTable pending;
  private final HeldFlows.Tools tools;
  private final Settler settler;
  private long sweptNs;

  FloodSweep(PendingTable pending, HeldFlows.Tools tools, Settler settler) {
    this.settler = settler;
    this.pending = pending;
    this.tools = tools;
    sweptNs = tools.clock().nowNs() - EVERY_NS;
  }

  /** Takes a question's answer. */
  interface Settler {
    void settle(Question question, Decision decision) throws IOException;
  }

  /** Has those questions settled, now and then while there are floods; to be called each cycle. */
  void sweep() throws IOException {
    Judge judge = tools.judge();
    long nowNs = tools.clock().nowNs();
    if (pending.questions() == 0 || !judge.refusesUnseen() || nowNs - sweptNs < EVERY_NS) {
      return;
    }
    sweptNs = nowNs;
    for (Question question : pending.all()) {
      if (isFlood(question)) {
        tools.report().figures().count(AgentFigure.UNSEEN);
        settler.settle(question, judge.refusalOfFlood());
      }
    }
  }

  /** The same socket as before: another may have its addresses by now. */
  private boolean isFlood(Question question) {
    SubjectFinder subjects = tools.subjects();
    long socket = subjects.socketOf(question.packet());
    return socket == question.key().socket()
        && tools.judge().isFlood(question.packet(), subjects.holderOf(question.packet(), socket));
  }
}
