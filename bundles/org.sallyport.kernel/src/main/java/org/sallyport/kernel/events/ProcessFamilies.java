// SPDX-License-Identifier: Apache-2.0
package org.sallyport.kernel.events;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Who made whom among the processes, which of them ended lately, and which became another program.
 * Answers who may have had a socket that a process holds now, because a common forebear handed it
 * down, and has it no longer.
 *
 * <p>A process hands its sockets down to those it makes. What a process has when it becomes another
 * program it keeps, but for what is marked to be closed. So the family of a process is: itself, who
 * made it as long as it is still the same program, or if who made it is gone, and so on; and all in
 * whose line of forebears, followed in the same way, one of these is found. A forebear that lives
 * and is another program is no such link: it either holds the socket still, which a search sees, or
 * has closed it.
 *
 * <p>Bounded: the dead are forgotten after {@link #KEPT_NS}, and if they are too many or the living
 * are, that counts as a loss. Not thread-safe.
 */
final class ProcessFamilies implements EventSink {

  /** How long a death or an execution is remembered. */
  static final long KEPT_NS = 20_000_000_000L;

  /** Events of different processors may come in another order than they happened. */
  private static final long DISORDER_NS = 100_000_000L;

  private static final int MAX_DEPTH = 64;

  private final int mostLiving;
  private final int mostEvents;
  private final Map<Integer, Member> byId = new HashMap<>();
  private final Deque<Change> ends = new ArrayDeque<>();
  private final Deque<Change> executions = new ArrayDeque<>();
  private boolean lost = true;

  /** That a process ended or became another program. */
  private record Change(Member member, int number, long timeNs) {}

  /**
   * Knows nothing yet, as after a loss.
   *
   * @param mostLiving how many processes to keep
   * @param mostEvents how many ends and how many executions to keep
   */
  ProcessFamilies(int mostLiving, int mostEvents) {
    this.mostLiving = mostLiving;
    this.mostEvents = mostEvents;
  }

  /** Begins anew: what is told from now on counts. */
  void begin() {
    byId.clear();
    ends.clear();
    executions.clear();
    lost = false;
  }

  /** Adds a process that was there before the events, if none of them told of it. */
  void addOld(int pid) {
    if (!byId.containsKey(pid)) {
      add(new Member(pid, null, true));
    }
  }

  /** Adds who looks after an old process, which is mostly who made it. */
  void addOldParent(int pid, int parent) {
    Member member = byId.get(pid);
    Member known = byId.get(parent);
    if (member != null && member.old && member.parent == null && known != null && known != member) {
      member.parent = known;
      known.hadChildren = true;
    }
  }

  private void add(Member member) {
    byId.put(member.pid, member);
    lost |= byId.size() > mostLiving;
  }

  /** Whether something was lost: nothing can be told until {@link #begin}. */
  boolean isLost() {
    return lost;
  }

  @Override
  public void lost() {
    lost = true;
  }

  @Override
  public void forked(int process, int parent, long timeNs) {
    forget(timeNs);
    add(new Member(process, known(parent), false));
  }

  private Member known(int pid) {
    Member member = byId.get(pid);
    if (member == null) {
      member = new Member(pid, null, true);
      add(member);
    }
    return member;
  }

  /** One of several threads that executes a file outlives the first one and takes its id. */
  @Override
  public void executed(int process, long timeNs) {
    Member member = known(process);
    member.ended = false;
    member.executions++;
    note(executions, new Change(member, member.executions, timeNs));
  }

  /** The first thread may end before others; the process is at its end when the last one is. */
  @Override
  public void ended(int process, boolean firstThread, long timeNs) {
    Member member = byId.get(process);
    if (!firstThread && (member == null || !member.ended)) {
      return;
    }
    Member dead = known(process);
    dead.ended = true;
    dead.endedNs = timeNs;
    note(ends, new Change(dead, 0, timeNs));
  }

  private void note(Deque<Change> changes, Change change) {
    changes.addLast(change);
    lost |= changes.size() > mostEvents;
    forget(change.timeNs);
  }

  private void forget(long nowNs) {
    while (isOver(executions, nowNs)) {
      executions.removeFirst();
    }
    while (isOver(ends, nowNs)) {
      Change end = ends.removeFirst();
      if (end.member.ended && end.member.endedNs == end.timeNs) {
        forget(end.member);
      }
    }
  }

  private void forget(Member dead) {
    dead.forgotten = true;
    byId.remove(dead.pid, dead);
    if (dead.parent != null && dead.parent.forgotten) {
      dead.parent = null; // or lines of processes that make one and end would grow for ever
    }
  }

  private static boolean isOver(Deque<Change> changes, long nowNs) {
    return !changes.isEmpty() && nowNs - changes.peekFirst().timeNs > KEPT_NS;
  }

  /**
   * Whether another one of a process's family, which may have had its socket, ended or became
   * another program since a moment.
   *
   * @return true too if that is not known
   */
  boolean hasLostOne(int pid, long sinceNs, Inheritance inheritance) {
    Member holder = byId.get(pid);
    if (lost || holder == null || holder.ended) {
      return true;
    }
    Set<Member> family = family(holder, inheritance);
    return anyChange(ends, sinceNs, end -> mayHaveHeld(end.member, family, inheritance))
        || anyChange(
            executions,
            sinceNs,
            change ->
                change.member != holder
                    && !change.member.ended
                    && (change.number > 1 || change.member.old)
                    && isKin(change.member, family, inheritance));
  }

  /**
   * What a process did before its first exec it did as the program that made it. Of an old one
   * whose maker is not known nobody knows what it had.
   */
  private static boolean mayHaveHeld(Member dead, Set<Member> family, Inheritance inheritance) {
    boolean isOrphan = dead.parent == null || dead.parent.pid == 1;
    return (dead.old && isOrphan) || isKin(dead, family, inheritance);
  }

  private interface Condition {
    boolean holds(Change change);
  }

  private static boolean anyChange(Deque<Change> changes, long sinceNs, Condition condition) {
    Iterator<Change> latestFirst = changes.descendingIterator();
    while (latestFirst.hasNext()) {
      Change change = latestFirst.next();
      long agoNs = change.timeNs - sinceNs;
      if (agoNs < -DISORDER_NS) {
        return false;
      }
      if (agoNs >= 0 && condition.holds(change)) {
        return true;
      }
    }
    return false;
  }

  /**
   * The living of a process's family, without itself: some may be at their end and have given up
   * their sockets, though the kernel did not tell yet.
   */
  IntStream living(int pid, Inheritance inheritance) {
    Member holder = byId.get(pid);
    if (holder == null) {
      return IntStream.empty();
    }
    Set<Member> family = family(holder, inheritance);
    if (family.size() == 1 && !holder.hadChildren) {
      return IntStream.empty();
    }
    return byId.values().stream()
        .filter(m -> m != holder && !m.ended && isKin(m, family, inheritance))
        .mapToInt(m -> m.pid);
  }

  private static Set<Member> family(Member holder, Inheritance inheritance) {
    Set<Member> family = new HashSet<>();
    Member at = holder;
    for (int i = 0; i < MAX_DEPTH && at != null; i++) {
      family.add(at);
      at = isLink(at, inheritance) ? at.parent : null;
    }
    return family;
  }

  /** Whether what its parent held may have come down to it and be held by nobody above. */
  private static boolean isLink(Member member, Inheritance inheritance) {
    if (inheritance == Inheritance.UNTIL_EXEC && member.hasExecuted()) {
      return false;
    }
    return !member.hasExecuted() || (member.parent != null && member.parent.ended);
  }

  private static boolean isKin(Member member, Set<Member> family, Inheritance inheritance) {
    Member at = member;
    boolean isOfAnotherProgram = false; // to whom it came over one exec, but not over two
    for (int i = 0; i < MAX_DEPTH; i++) {
      if (family.contains(at)) {
        return true;
      }
      if (inheritance == Inheritance.UNTIL_EXEC && at.hasExecuted()) {
        return false;
      }
      if (at.parent == null) {
        return member.ended && at.ended; // of a line that is forgotten
      }
      if (!isLink(at, inheritance)) {
        if (isOfAnotherProgram) {
          return false;
        }
        isOfAnotherProgram = true;
      }
      at = at.parent;
    }
    return true;
  }
}
