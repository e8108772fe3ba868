// SPDX-License-Identifier: Apache-2.0
package org.sallyport.attribution.process;

import java.io.Closeable;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.sallyport.kernel.events.ProcessEvents;
import org.sallyport.kernel.proc.SocketHolder;

/**
 * Whether somebody else than who holds a socket may have sent by it, and is gone. The kernel sends
 * the opening of a TCP connection again by itself, long after whoever wanted it is gone: so a doubt
 * about such a socket stays with it as long as that may happen. Thread-safe and bounded.
 */
final class Departures implements Closeable {

  private static final int MOST_SOCKETS = 4096;

  /** Longer than the kernel tries (tcp_syn_retries, tcp(7): 6 times, 127 s), as set by default. */
  private static final long REPEATED_FOR_NS = TimeUnit.SECONDS.toNanos(130);

  private static final String SINCE_THE_FIRST =
      "who may have opened the connection by the same socket is gone";

  private final ProcessEvents events;
  private final LongSupplier clockNs;
  private final Map<Long, Long> doubtedSinceNs =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, Long> eldest) {
          return size() > MOST_SOCKETS;
        }
      };

  /**
   * Knows of none yet.
   *
   * @param events what the kernel tells of processes; closed with this
   * @param clockNs {@link System#nanoTime}
   */
  Departures(ProcessEvents events, LongSupplier clockNs) {
    this.events = events;
    this.clockNs = clockNs;
  }

  /**
   * Whether another one may have sent; to be asked after the holder was seen.
   *
   * @param inode the socket
   * @param mayTakeTime whether there is time for a closer look; else its need is a doubt too
   * @return why; empty if nobody may
   */
  Optional<String> doubt(SocketHolder holder, long inode, Sent sent, boolean mayTakeTime) {
    if (!sent.bySomebody()) {
      return Optional.empty();
    }
    if (sent.mayComeAgain() && isDoubted(inode)) {
      return Optional.of(SINCE_THE_FIRST);
    }
    Optional<String> doubt = events.doubt(holder, sent.sinceNs(), mayTakeTime);
    if (doubt.isPresent() && mayTakeTime && sent.mayComeAgain()) {
      synchronized (doubtedSinceNs) {
        doubtedSinceNs.remove(inode);
        doubtedSinceNs.put(inode, clockNs.getAsLong());
      }
    }
    return doubt;
  }

  private boolean isDoubted(long inode) {
    synchronized (doubtedSinceNs) {
      Long sinceNs = doubtedSinceNs.get(inode);
      return sinceNs != null && clockNs.getAsLong() - sinceNs <= REPEATED_FOR_NS;
    }
  }

  String figures() {
    return events.figures();
  }

  @Override
  public void close() {
    events.close();
  }
}
