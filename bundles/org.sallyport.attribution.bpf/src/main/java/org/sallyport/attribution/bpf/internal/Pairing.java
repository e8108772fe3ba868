// SPDX-License-Identifier: Apache-2.0
package org.sallyport.attribution.bpf.internal;

import java.nio.ByteBuffer;
import java.util.function.LongSupplier;
import org.sallyport.api.packet.PacketView;
import org.sallyport.attribution.bpf.internal.PairingCounters.Kind;
import org.sallyport.kernel.bpf.RingReader;

/**
 * Brings packets from the queue together with what the tap told of them. Both look the same byte
 * for byte; where several packets under way look the same, the first record is the first packet's.
 * That order is only believed if it makes no difference, or if it is proven: each socket was closed
 * before the next one sent, and no queue has lost a packet meanwhile. In all other cases nothing is
 * paired, and the next source is asked. Thread-safe; makes no garbage once warm.
 */
final class Pairing implements AutoCloseable {

  /** Four times what a queue holds. */
  private static final int MOST_PENDING = 1 << 15;

  /** Records of one look that wait at a time. */
  private static final int MOST_ALIKE = 256;

  private static final int CLOSED_PLACES = 1 << 14;
  private static final int MOST_AT_ONCE = 1 << 16;
  private static final long PATIENCE_NS = 200_000;

  /** Far longer than a packet is under way that was queued before the tap stood. */
  private static final long SETTLING_NS = 1_000_000_000L;

  private final RingReader ring;
  private final LongSupplier lost;
  private final LongSupplier clockNs;
  private final DropWatch drops;
  private final PairingCounters counters;
  private final Doubts doubts = new Doubts();

  /** What other processes may have sent than those noted for the sockets. */
  private final Doubts handedOn = new Doubts();

  private final RecordTable pending = new RecordTable(MOST_PENDING);
  private final RecordPool pool = new RecordPool();
  private final Claims claims = new Claims(pool);
  private final long[] closedSockets = new long[CLOSED_PLACES];
  private long lostSeen;
  private boolean standing;
  private long standingSinceNs;
  private long passingUntilNs;
  private boolean passing;
  private boolean closed;

  /**
   * Begins with an empty ring.
   *
   * @param ring what the tap writes; read by nobody else
   * @param lost how many records found no room in it
   * @param drops what queues have lost
   * @param counters where is counted
   * @param clockNs {@link System#nanoTime}
   */
  Pairing(
      RingReader ring,
      LongSupplier lost,
      DropWatch drops,
      PairingCounters counters,
      LongSupplier clockNs) {
    this.ring = ring;
    this.lost = lost;
    this.drops = drops;
    this.counters = counters;
    this.clockNs = clockNs;
    lostSeen = lost.getAsLong();
    passingUntilNs = clockNs.getAsLong();
  }

  /**
   * Packets pass the tap from now on, or no more. What was queued before has no record, and must
   * not find that of a packet that looks the same.
   *
   * @param now whether they do
   */
  synchronized void standing(boolean now) {
    if (now && !standing) {
      standingSinceNs = clockNs.getAsLong();
    }
    standing = now;
  }

  /**
   * The queue lets packets pass unseen when it is full, or no more. Nobody counts these, so an
   * order among packets that look the same proves nothing until their records are forgotten.
   *
   * @param now whether it does
   */
  synchronized void passing(boolean now) {
    if (passing && !now) {
      passingUntilNs = clockNs.getAsLong() + Doubts.FOR_NS;
    }
    passing = now;
  }

  /** Whether every packet that passed the tap lately came out of the queue or was counted. */
  synchronized boolean nonePassedUnseen() {
    return !passing && clockNs.getAsLong() - passingUntilNs >= 0;
  }

  /** Whether packets are paired: the tap stands, and has for a while. */
  synchronized boolean isSettled() {
    return standsSince(SETTLING_NS, clockNs.getAsLong());
  }

  private boolean standsSince(long longNs, long nowNs) {
    return standing && nowNs - standingSinceNs >= longNs;
  }

  /**
   * Takes the record of a packet that is looked at for the first time; it is then no other's.
   *
   * @param seen the packet's fingerprint
   * @param packet the packet
   * @param into takes a copy
   * @return whether there is one, and it names the sender
   */
  synchronized boolean take(Fingerprint seen, PacketView packet, TapRecord into) {
    if (closed) {
      return false;
    }
    boolean whole = drainWhole();
    long nowNs = clockNs.getAsLong();
    TapRecord head = pending.first(seen);
    boolean doubted = !standsSince(SETTLING_NS, nowNs) || doubts.isDoubted(seen, nowNs);
    if (!whole || doubted || head == null || !isCertain(head)) {
      counters.count(head == null ? Kind.UNPAIRED : Kind.AMBIGUOUS);
      giveUp(seen);
      if (!doubted && (head != null || !whole)) {
        doubts.doubt(seen, nowNs);
      }
      claims.addNobody(seen, nowNs);
      return false;
    }
    pending.remove(head);
    head.settle(packet);
    counters.count(head.isAgreeing() ? Kind.PAIRED : Kind.DISAGREED);
    into.copy(head);
    claims.add(head, nowNs);
    return into.isAgreeing();
  }

  /** A packet may be any of these. */
  private void giveUp(Fingerprint seen) {
    for (TapRecord r = pending.first(seen); r != null; r = pending.first(seen)) {
      pending.remove(r);
      drop(r);
    }
  }

  private void drop(TapRecord record) {
    if (record.mayBeHandedOn()) {
      handedOn.doubt(record.fingerprint, clockNs.getAsLong());
    }
    pool.give(record);
  }

  /** Whether a packet that was not paired may be one of a socket that was handed on. */
  synchronized boolean mayBeHandedOn(Fingerprint seen) {
    return handedOn.isDoubted(seen, clockNs.getAsLong());
  }

  /** Whether the first record is the packet's, or one as good. */
  private boolean isCertain(TapRecord head) {
    boolean mixed = false;
    boolean ordered = true;
    for (TapRecord r = pending.after(head); r != null; r = pending.after(r)) {
      mixed |= !r.isSameSender(head);
      ordered &= r.ordered;
    }
    return !mixed || (ordered && nonePassedUnseen() && drops.noneSince(head.timeNs()));
  }

  /**
   * Finds the record of a packet that was looked at before.
   *
   * @param seen the packet's fingerprint
   * @param into takes a copy
   * @return whether there is one, and it names the sender
   */
  synchronized boolean recall(Fingerprint seen, TapRecord into) {
    long nowNs = clockNs.getAsLong();
    TapRecord record = claims.find(seen, nowNs);
    if (closed || record == null || !standsSince(Doubts.FOR_NS, nowNs)) {
      return false;
    }
    into.copy(record);
    return true;
  }

  /**
   * A packet is queued after its record was written, so that record is there, and so is each that
   * was begun before: one of them may be the first of this look, and another processor may be about
   * to finish it. Whole is what has been read up to here, however much follows.
   */
  private boolean drainWhole() {
    long begun = ring.written();
    long endNs = clockNs.getAsLong() + PATIENCE_NS;
    while (drain() == RingReader.End.BUSY
        && ring.taken() - begun < 0
        && clockNs.getAsLong() - endNs < 0) {
      Thread.onSpinWait();
    }
    return ring.taken() - begun >= 0;
  }

  private RingReader.End drain() {
    RingReader.End end = ring.drain(MOST_AT_ONCE, this::takeIn);
    long lostNow = lost.getAsLong();
    if (lostNow != lostSeen || end == RingReader.End.BROKEN) {
      lostSeen = lostNow;
      doubts.doubtAll(clockNs.getAsLong());
    }
    return end;
  }

  private void takeIn(ByteBuffer memory, int at, int length) {
    int kind = length >= Layout.CLOSED_BYTES ? memory.getInt(at) : 0;
    if (kind == Layout.KIND_CLOSED) {
      long cookie = memory.getLong(at + Layout.PACKET_COOKIE);
      closedSockets[(int) cookie & CLOSED_PLACES - 1] = cookie;
    } else if (kind == Layout.KIND_PACKET && length >= Layout.PACKET_BYTES) {
      TapRecord record = fresh();
      if (record.read(memory, at)) {
        addPending(record);
      } else {
        pool.give(record);
      }
    }
  }

  /** A sender may repeat itself for ever, and every look at a record passes all that look so. */
  private void addPending(TapRecord record) {
    if (pending.countOf(record.fingerprint, MOST_ALIKE) >= MOST_ALIKE) {
      counters.count(Kind.EVICTED);
      forget(record);
      drop(record);
      return;
    }
    TapRecord before = pending.last(record.fingerprint);
    record.ordered = before == null || follows(before, record);
    pending.add(record);
  }

  private boolean follows(TapRecord before, TapRecord record) {
    int place = (int) before.cookie() & CLOSED_PLACES - 1;
    return before.isSameSender(record) || closedSockets[place] == before.cookie();
  }

  private TapRecord fresh() {
    if (pending.isFull()) {
      counters.count(Kind.EVICTED);
      forget(pending.eldest());
    }
    return pool.take();
  }

  /** Its packet may still come, and must not be taken for a later one that looks the same. */
  private void forget(TapRecord record) {
    doubts.doubt(record.fingerprint, clockNs.getAsLong());
    giveUp(record.fingerprint);
  }

  /** Reads the ring and forgets what nobody asked for; to be called some times a second. */
  synchronized void keepHouse() {
    if (closed) {
      return;
    }
    drain();
    drops.look();
    long nowNs = clockNs.getAsLong();
    for (TapRecord r = pending.eldest();
        r != null && nowNs - r.timeNs() > Doubts.FOR_NS;
        r = pending.eldest()) {
      counters.count(Kind.EXPIRED);
      forget(r);
    }
  }

  /** Pairs nothing any more; the ring is not read after this returns. */
  @Override
  public synchronized void close() {
    closed = true;
  }
}
