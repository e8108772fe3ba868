// SPDX-License-Identifier: Apache-2.0
package org.sallyport.kernel.proc;

import org.sallyport.kernel.internal.LibC;

/** The share of the processor that a thread gets (setpriority(2)). */
public final class ThreadNice {

  private static final int PRIO_PROCESS = 0;
  private static final int CALLING_THREAD = 0;

  /** A tenth of a usual thread's share: the lowest would starve while flows wait for the answer. */
  private static final int GIVING_WAY = 10;

  /** Three times a usual thread's share: not so much that others starve on one processor. */
  private static final int GOING_FIRST = -5;

  private ThreadNice() {}

  /** Makes the calling thread give way to others; it cannot be undone without privilege. */
  public static void giveWay() {
    // where the kernel refuses, the thread runs as all others do
    int unused = LibC.setpriority(PRIO_PROCESS, CALLING_THREAD, GIVING_WAY);
  }

  /** Makes the calling thread go before others, for work that all programs wait for. */
  public static void goFirst() {
    // where the kernel refuses, the thread runs as all others do
    int unused = LibC.setpriority(PRIO_PROCESS, CALLING_THREAD, GOING_FIRST);
  }
}
