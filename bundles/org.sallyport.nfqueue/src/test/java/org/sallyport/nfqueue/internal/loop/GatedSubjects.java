// SPDX-License-Identifier: Apache-2.0
package org.sallyport.nfqueue.internal.loop;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.sallyport.api.packet.PacketView;
import org.sallyport.api.subject.Fact;
import org.sallyport.api.subject.Subject;
import org.sallyport.api.subject.SubjectKind;
import org.sallyport.api.subject.SubjectLookup;
import org.sallyport.api.subject.SubjectSource;
import org.sallyport.api.subject.SubjectView;

/**
 * A source that knows everybody at once, except who talks to one port: that takes until {@link
 * #release}. Sockets are told apart by their local port.
 */
public final class GatedSubjects implements SubjectSource {

  public static final Subject PROGRAM = of(SubjectKind.PROCESS);
  private static final Subject PENDING = of(SubjectKind.PENDING);

  private final int slowPort;
  private final CountDownLatch gate = new CountDownLatch(1);

  public GatedSubjects(int slowPort) {
    this.slowPort = slowPort;
  }

  private static Subject of(SubjectKind kind) {
    Fact<Long> none = new Fact.Unknown<>("test");
    return Subject.without(kind, none, none, none, "test");
  }

  /** Lets everything be found that is waited for, now and later. */
  public void release() {
    gate.countDown();
  }

  @Override
  public String name() {
    return "test";
  }

  @Override
  public SubjectLookup open() {
    return new SubjectLookup() {
      @Override
      public long socketOf(PacketView packet) {
        return packet.hasPorts() ? 1_000_000L + packet.localPort() : NO_SOCKET;
      }

      @Override
      public SubjectView findNow(PacketView packet) {
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
      public void close() {}
    };
  }
}
