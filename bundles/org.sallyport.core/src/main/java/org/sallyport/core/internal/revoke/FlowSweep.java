// SPDX-License-Identifier: Apache-2.0
package org.sallyport.core.internal.revoke;

import java.net.SocketException;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.sallyport.api.backend.Enforcement;
import org.sallyport.api.backend.MarkLayout;
import org.sallyport.api.packet.Direction;
import org.sallyport.api.packet.Endpoint;
import org.sallyport.api.packet.Flow;
import org.sallyport.api.packet.IpAddress;
import org.sallyport.api.packet.PacketView;
import org.sallyport.kernel.conntrack.Connection;
import org.sallyport.kernel.conntrack.ConntrackMarks;

/**
 * One walk through the running flows that an older policy allowed, or that were revoked. A refused
 * one loses its proof and is marked, so that its answers are cut; one that is allowed again loses
 * that mark, and its next packet proves it anew.
 */
final class FlowSweep implements ConntrackMarks.Decision {

  private final Enforcement order;
  private final MarkLayout marks;
  private final HostAddresses host;
  private final Reviewer reviewer;
  private final BooleanSupplier superseded;
  private final AtomicLong revoked;

  FlowSweep(
      Enforcement order,
      MarkLayout marks,
      Reviewer reviewer,
      BooleanSupplier superseded,
      AtomicLong revoked)
      throws SocketException {
    this.order = order;
    this.marks = marks;
    this.reviewer = reviewer;
    this.superseded = superseded;
    this.revoked = revoked;
    host = HostAddresses.now();
  }

  @Override
  public int markOf(Connection connection) {
    int mark = connection.mark();
    boolean wasRevoked = (mark & marks.refused()) != 0;
    boolean current = marks.generationOf(mark) == order.generation();
    if ((mark & marks.mask()) == 0 || (current && !wasRevoked) || superseded.getAsBoolean()) {
      return mark;
    }
    Optional<RunningFlow> flow = connection.hasAddresses() ? flow(connection) : Optional.empty();
    return flow.isEmpty() ? withoutRevocation(mark) : review(flow.get(), mark);
  }

  /** Where a flow is not judged any more nobody would ever take a revocation back. */
  private int withoutRevocation(int mark) {
    return (mark & marks.refused()) == 0 ? mark : mark & ~marks.mask();
  }

  private int review(RunningFlow flow, int mark) {
    return switch (reviewer.review(flow)) {
      case ALLOWED -> mark & ~marks.refused();
      case OPEN -> mark;
      case REFUSED -> {
        revoked.incrementAndGet();
        yield (mark & ~marks.mask()) | marks.refused();
      }
    };
  }

  /** The flow as this host sees it; empty if it is not judged. */
  private Optional<RunningFlow> flow(Connection connection) {
    Endpoint opener =
        endpoint(connection, new IpAddress(connection.sourceHigh(), connection.sourceLow()), true);
    Endpoint peer =
        endpoint(
            connection,
            new IpAddress(connection.destinationHigh(), connection.destinationLow()),
            false);
    return host.direction(opener, peer)
        .filter(order.hooked()::contains)
        .map(
            direction -> {
              boolean arrives = direction == Direction.IN;
              return new RunningFlow(
                  new Flow(
                      direction,
                      connection.protocol(),
                      arrives ? peer : opener,
                      arrives ? opener : peer,
                      OptionalInt.empty(),
                      ""),
                  PacketView.UNKNOWN_ID);
            });
  }

  private static Endpoint endpoint(Connection connection, IpAddress address, boolean source) {
    int port = source ? connection.sourcePort() : connection.destinationPort();
    return new Endpoint(
        address, connection.hasPorts() ? OptionalInt.of(port) : OptionalInt.empty());
  }
}
