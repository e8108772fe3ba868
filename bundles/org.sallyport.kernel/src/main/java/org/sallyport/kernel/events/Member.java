// SPDX-License-Identifier: Apache-2.0
package org.sallyport.kernel.events;

/** A process among its family. Written by {@link ProcessFamilies} only. */
final class Member {

  /** Its id, which a later process may have too. */
  final int pid;

  /** Whether it was there before the events: what it executed, and who made it, is not known. */
  final boolean old;

  /** Who made it; null if that is not known, or long gone. */
  Member parent;

  /** How often it became another program since it was made. */
  int executions;

  /** Whether it ever made a process. */
  boolean hadChildren;

  boolean ended;
  long endedNs;

  /** Whether it ended so long ago that nobody asks for that any more. */
  boolean forgotten;

  Member(int pid, Member parent, boolean old) {
    this.pid = pid;
    this.parent = parent;
    this.old = old;
    if (parent != null) {
      parent.hadChildren = true;
    }
  }

  /** Whether it may run another program than who made it. */
  boolean hasExecuted() {
    return old || executions > 0;
  }
}
