// SPDX-License-Identifier: Apache-2.0
package org.sallyport.nfqueue.internal.loop;

import java.util.Locale;

/** What an agent counts, beyond the situations that have a choice. */
public enum AgentFigure {
  /** Packets received from the kernel. */
  QUEUED,
  /** Packets whose flow was judged afresh. */
  JUDGED,
  /** Packets answered from what was decided about their flow and socket before. */
  KNOWN,
  /** Packets refused unseen because their program floods with refused flows. */
  UNSEEN,
  /** Packets sent to the parking queue. */
  PARKED,
  /** Packets put aside there until their flow's question is answered, or a policy is there. */
  HELD,
  /** Questions that were opened. */
  ASKED,
  /** Times a question was given to a worker once more. */
  ASKED_AGAIN,
  /** Held packets sent to the parking queue again: for the first policy, or the next agent. */
  GIVEN_BACK,
  /** Workers that did not come back by the deadline of their question and were given up. */
  WORKERS_GIVEN_UP,
  /** Messages without a readable packet id: the packet stays in the kernel, unanswered. */
  UNANSWERABLE,
  /** Packets that came back although they carry the refused mark; dropped. */
  CAME_BACK,
  /** Verdicts or settings the kernel did not take, such as for a packet flushed meanwhile. */
  NOT_TAKEN;

  /** The word shown to a person. */
  String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
