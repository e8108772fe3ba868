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
  /** Packets put aside until their sender is found. */
  HELD,
  /** Questions that workers were given. */
  ASKED,
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
