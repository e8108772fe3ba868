// SPDX-License-Identifier: Apache-2.0
package org.sallyport.nfqueue.internal.loop;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import org.sallyport.api.packet.PacketView;
import org.sallyport.api.subject.Fact;
import org.sallyport.api.subject.Subject;
import org.sallyport.api.subject.SubjectKind;
import org.sallyport.api.subject.SubjectLookup;
import org.sallyport.api.subject.SubjectSource;
import org.sallyport.api.subject.SubjectView;

/**
 * A source that knows everybody at once, except who talks to one port: that takes until {@link
 * #release}. One user is known by its number.
 */
public final class GatedSubjects implements SubjectSource {

  /** The user whose flows {@link PortPolicy} denies: nobody. */
  public static final long DENIED_USER = 65534;

  public static final Subject PROGRAM = of(SubjectKind.PROCESS, new Fact.Unknown<>("test"));
  private static final Subject PENDING = of(SubjectKind.PENDING, new Fact.Unknown<>("test"));
  private static final Subject DENIED =
      of(SubjectKind.PROCESS, new Fact.Known<>(DENIED_USER, "test"));

  private final int slowPort;
  private final Supplier<ToLongFunction<PacketView>> sockets;
  private final CountDownLatch gate = new CountDownLatch(1);
  private final AtomicInteger proven = new AtomicInteger();

  /** Tells sockets apart by their local port. */
  public GatedSubjects(int slowPort) {
    this(slowPort, () -> packet -> packet.hasPorts() ? 1_000_000L + packet.localPort() : 0);
  }

  /** Tells sockets apart as each thread's function says. */
  public GatedSubjects(int slowPort, Supplier<ToLongFunction<PacketView>> sockets) {
    this.slowPort = slowPort;
    this.sockets = sockets;
  }

  private static Subject of(SubjectKind kind, Fact<Long> user) {
    Fact<Long> none = new Fact.Unknown<>("test");
    return Subject.without(kind, user, none, none, "test");
  }

  /** Lets everything be found that is waited for, now and later. */
  public void release() {
    gate.countDown();
  }

  /** How many packets were told to be followed by others that need not be asked about. */
  int proven() {
    return proven.get();
  }

  @Override
  public String name() {
    return "test";
  }

  @Override
  public SubjectLookup open() {
    ToLongFunction<PacketView> socketOf = sockets.get();
    return new SubjectLookup() {
      @Override
      public long socketOf(PacketView packet) {
        return socketOf.applyAsLong(packet);
      }

      @Override
      public SubjectView findNow(PacketView packet) {
        if (packet.hasOwner() && packet.ownerUserId() == DENIED_USER) {
          return DENIED;
        }
        return packet.remotePort() == slowPort ? PENDING : PROGRAM;
      }

      @Override
      public Subject find(PacketView packet, long deadlineNs) {
        try {
          boolean open = gate.await(deadlineNs - System.nanoTime(), TimeUnit.NANOSECONDS);
          return open ? PROGRAM : UnknownSubject.of(packet, "gate closed");
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          return UnknownSubject.of(packet, "interrupted");
        }
      }

      @Override
      public void prove(PacketView packet, long epoch, long untilNs) {
        proven.incrementAndGet();
      }

      @Override
      public void close() {}
    };
  }
}
