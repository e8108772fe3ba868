// SPDX-License-Identifier: Apache-2.0
package org.sallyport.core.internal.revoke;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.sallyport.api.backend.BackendContext;
import org.sallyport.api.backend.Mode;
import org.sallyport.api.backend.SnapshotReader;
import org.sallyport.api.decision.Decision;
import org.sallyport.api.decision.Evaluation;
import org.sallyport.api.decision.PolicySnapshot;
import org.sallyport.api.decision.Verdict;
import org.sallyport.api.event.FlowEvent;
import org.sallyport.api.packet.Direction;
import org.sallyport.api.packet.PacketView;
import org.sallyport.api.subject.SubjectLookup;
import org.sallyport.api.subject.SubjectView;
import org.sallyport.kernel.diag.SockDiag;

/**
 * Judges one running flow by the policy of the moment. Whatever is not certain is left to the
 * flow's next packet, which tells more: nobody's download ends for a fact that was not at hand.
 * Owned by the revoking thread.
 */
final class Reviewer implements AutoCloseable {

  private static final long PATIENCE_NS = 500_000_000L;
  private static final int CONNECTED = 1; // TCP_ESTABLISHED of net/tcp_states.h, for UDP too
  private static final int LISTENING = 10;
  private static final int TCP = 6;

  private final BackendContext context;
  private final SnapshotReader policy;
  private final SubjectLookup subjects;
  private final SockDiag sockets;
  private final Evaluation evaluation = new Evaluation();

  /** What the policy says about a running flow. */
  enum Opinion {
    /** It may go on. */
    ALLOWED,
    /** It may not, whatever else were known. */
    REFUSED,
    /** It cannot be said. */
    OPEN
  }

  Reviewer(BackendContext context, SubjectLookup subjects) throws IOException {
    this.context = context;
    this.subjects = subjects;
    sockets = new SockDiag();
    policy = context.reader("revocation");
    // no plugin is asked: what depends on one is left open, and none can hold this thread
    evaluation.mayWait(false);
  }

  /** Judges a flow; ends the socket of one that is refused. */
  Opinion review(RunningFlow flow) {
    return flow.direction() == Direction.FORWARD ? judge(flow) : judgeSocket(flow);
  }

  private Opinion judgeSocket(RunningFlow flow) {
    sockets.local(flow.localHigh(), flow.localLow(), flow.localPort());
    sockets.remote(flow.remoteHigh(), flow.remoteLow(), flow.remotePort());
    if (!flow.hasPorts()
        || sockets.lookup(flow.protocol()) != SockDiag.Outcome.FOUND
        || sockets.inode() == 0) {
      return Opinion.OPEN; // no program hears what comes in, and what leaves is judged anyway
    }
    Opinion opinion = judge(new RunningFlow(flow.flow(), sockets.userId()));
    if (opinion == Opinion.REFUSED && servesThisFlowOnly(flow.protocol())) {
      sockets.destroy(flow.protocol());
    }
    return opinion;
  }

  /**
   * A listener, which the kernel names where the connection itself has ended, serves others too,
   * and so does a datagram socket that is not connected.
   */
  private boolean servesThisFlowOnly(int protocol) {
    return protocol == TCP ? sockets.state() != LISTENING : sockets.state() == CONNECTED;
  }

  private Opinion judge(PacketView flow) {
    SubjectView subject = subjects.find(flow, System.nanoTime() + PATIENCE_NS);
    Optional<PolicySnapshot> snapshot = policy.begin();
    try {
      if (snapshot.isEmpty() || asksForInterfaces(snapshot.get(), flow.direction())) {
        return Opinion.OPEN;
      }
      evaluation.reset();
      snapshot.get().decide(flow, subject, evaluation);
      if (evaluation.restsOnUnknown()) {
        return Opinion.OPEN;
      }
      return conclude(flow, subject, evaluation.decision());
    } finally {
      policy.end();
    }
  }

  /** A connection's record does not tell the interface. */
  private static boolean asksForInterfaces(PolicySnapshot snapshot, Direction direction) {
    return snapshot.rules().stream()
        .filter(rule -> rule.definition().enabled() && rule.rule().direction() == direction)
        .flatMap(rule -> rule.rule().criteria().stream())
        .anyMatch(criterion -> criterion.attribute().equals("iface"));
  }

  private Opinion conclude(PacketView flow, SubjectView subject, Decision decision) {
    if (decision.verdict() == Verdict.ALLOW) {
      return Opinion.ALLOWED;
    }
    context.record(
        new FlowEvent(
            Instant.now(), flow.toFlow(), subject.seen(), decision, Mode.ENFORCE, List.of()));
    return Opinion.REFUSED;
  }

  @Override
  public void close() {
    policy.close();
    sockets.close();
    subjects.close();
  }
}
