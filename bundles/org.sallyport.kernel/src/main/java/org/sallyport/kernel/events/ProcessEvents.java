// SPDX-License-Identifier: Apache-2.0
package org.sallyport.kernel.events;

import java.io.IOException;
import java.util.Optional;
import org.sallyport.kernel.proc.ProcFs;
import org.sallyport.kernel.proc.ProcState;
import org.sallyport.kernel.proc.SocketHolder;

/**
 * Whether a process that holds a socket can be taken for who sent by it: not if another one that
 * may have held it too has ended since, or became another program. Rests on the kernel's process
 * events (the proc connector). Where there are none nobody is ever in doubt, and {@link #figures}
 * says so. Thread-safe.
 */
public final class ProcessEvents implements AutoCloseable {

  /** Stands for a moment that nobody knows. */
  public static final long UNKNOWN_TIME = Long.MIN_VALUE;

  /** With more relatives than this nobody is looked at. */
  private static final int MOST_RELATIVES = 1024;

  /** How many a thread looks at that must not wait. */
  private static final int FEW_RELATIVES = 4;

  private static final Object SHARING = new Object();
  private static Optional<ProcessEvents> shared = Optional.empty();
  private static int users;

  private final ProcState state = new ProcState(ProcFs.ROOT);
  private final Optional<EventReader> reader;
  private final String reason;
  private final long startedNs = System.nanoTime();

  private ProcessEvents(Optional<EventReader> reader, String reason) {
    this.reader = reader;
    this.reason = reason;
  }

  /**
   * The events of this host, read from now on if nobody did yet: the kernel tells everybody who
   * listens, so all listen together. To be closed by each who asked for them.
   *
   * @return the events, or none where the kernel tells none here
   */
  public static ProcessEvents share() {
    synchronized (SHARING) {
      ProcessEvents events = shared.orElseGet(ProcessEvents::start);
      shared = Optional.of(events);
      users++;
      return events;
    }
  }

  private static ProcessEvents start() {
    try {
      return new ProcessEvents(Optional.of(EventReader.start(new ProcFs(ProcFs.ROOT))), "");
    } catch (IOException | RuntimeException e) {
      return none(String.valueOf(e.getMessage()));
    }
  }

  /**
   * No events.
   *
   * @param reason why, for people
   * @return events by which nobody is ever in doubt
   */
  public static ProcessEvents none(String reason) {
    return new ProcessEvents(Optional.empty(), reason);
  }

  /**
   * Whether somebody else may have sent by a socket that a process holds. To be asked after it was
   * seen to hold it.
   *
   * @param holder the process
   * @param sinceNs the {@link System#nanoTime} before which it was not sent, or {@link
   *     #UNKNOWN_TIME}
   * @param mayTakeTime whether there is time to look at many processes; else that is a doubt
   * @return why that may be; empty if nobody may, and without events
   */
  public Optional<String> doubt(SocketHolder holder, long sinceNs, boolean mayTakeTime) {
    if (reader.isEmpty()) {
      return Optional.empty();
    }
    Look look = new Look(reader.get(), holder.pid(), since(sinceNs), mayTakeTime);
    if (look.isClear(Inheritance.OVER_EXEC)
        || (state.closesOnExec(holder.pid(), holder.descriptor())
            && look.isClear(Inheritance.UNTIL_EXEC))) {
      return Optional.empty();
    }
    return Optional.of(
        reader.get().ask(ProcessFamilies::isLost)
            ? "process events were lost"
            : "who may have sent it by the same socket has ended, or runs another program");
  }

  /** One question about one process. */
  private final class Look {
    private final EventReader events;
    private final int pid;
    private final long sinceNs;
    private final int mostRelatives;
    private int[] relatives = new int[0];

    Look(EventReader events, int pid, long sinceNs, boolean mayTakeTime) {
      this.events = events;
      this.pid = pid;
      this.sinceNs = sinceNs;
      mostRelatives = mayTakeTime ? MOST_RELATIVES : FEW_RELATIVES;
    }

    /** The dead are told; of the living the kernel may not have told yet that they are ending. */
    boolean isClear(Inheritance inheritance) {
      if (events.ask(them -> isTold(them, inheritance)) || relatives.length > mostRelatives) {
        return false;
      }
      for (int relative : relatives) {
        if (state.isEnding(relative)) {
          return false;
        }
      }
      return true;
    }

    private boolean isTold(ProcessFamilies them, Inheritance inheritance) {
      relatives = them.living(pid, inheritance).limit(mostRelatives + 1L).toArray();
      return them.hasLostOne(pid, sinceNs, inheritance);
    }
  }

  /** What was before the start is not asked for: nobody can tell. */
  private long since(long sinceNs) {
    long oldestNs = System.nanoTime() - ProcessFamilies.KEPT_NS;
    long askedNs = sinceNs == UNKNOWN_TIME || sinceNs - oldestNs < 0 ? oldestNs : sinceNs;
    return askedNs - startedNs < 0 ? startedNs : askedNs;
  }

  /**
   * How it goes, for people.
   *
   * @return a few words
   */
  public String figures() {
    String trouble = reader.map(EventReader::trouble).orElse(reason);
    return trouble.isEmpty()
        ? "process events lost " + reader.map(EventReader::losses).orElse(0L) + " times"
        : "without process events: " + trouble;
  }

  /** Ends the reading once nobody uses the events any more. */
  @Override
  public void close() {
    synchronized (SHARING) {
      if (shared.filter(events -> events == this).isPresent() && --users == 0) {
        shared = Optional.empty();
        reader.ifPresent(EventReader::close);
      }
    }
  }
}
