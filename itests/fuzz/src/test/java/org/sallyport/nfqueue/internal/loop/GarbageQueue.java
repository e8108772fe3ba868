// SPDX-License-Identifier: Apache-2.0
package org.sallyport.nfqueue.internal.loop;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.sallyport.itests.fuzz.kit.Check;

/**
 * Queues that deliver what they are given, each datagram in a slot full of a canary. What is moved
 * to the parking queue arrives there under its id.
 */
final class GarbageQueue implements PacketQueues {

  private static final int SLOT = 1 << 13;
  private static final int MOVE = 3;

  private final byte canary;
  private final Arriving fast = new Arriving();
  private final Arriving parking = new Arriving();
  private final Map<Integer, List<Integer>> answers = new TreeMap<>();
  private Map<Integer, List<byte[]>> movable = Map.of();

  GarbageQueue(byte canary) {
    this.canary = canary;
  }

  /** Has the next cycle receive these; nothing answered is remembered. */
  void deliver(List<byte[]> datagrams, Map<Integer, List<byte[]>> messages) {
    answers.clear();
    movable = new TreeMap<>();
    messages.forEach((id, each) -> movable.put(id, new ArrayList<>(each)));
    parking.next.clear();
    fast.next.addAll(datagrams);
  }

  /** By packet id: each verdict and mark it was given. */
  Map<Integer, List<Integer>> answers() {
    return answers;
  }

  private void answer(int id, int verdict, int mark) {
    if ((verdict & 0xff) == MOVE) {
      List<byte[]> left = movable.getOrDefault(id, List.of());
      Check.that(!left.isEmpty(), "a packet is moved once");
      parking.next.add(left.remove(0));
    } else {
      answers.computeIfAbsent(id, none -> new ArrayList<>()).add(31 * mark + verdict);
    }
  }

  @Override
  public PacketQueue fast() {
    return fast;
  }

  @Override
  public PacketQueue parking() {
    return parking;
  }

  @Override
  public void await(long timeoutNs) {
    // the target runs the cycles
  }

  @Override
  public void wake() {
    // as above
  }

  @Override
  public long connectionsLost() {
    return 0;
  }

  @Override
  public void close() {
    // nothing is open
  }

  /** One of the two. */
  private final class Arriving implements PacketQueue {

    private final List<byte[]> next = new ArrayList<>();
    private final List<ByteBuffer> slots = new ArrayList<>();
    private final List<Integer> lengths = new ArrayList<>();
    private final ByteBuffer verdicts = ByteBuffer.allocate(1024).order(ByteOrder.nativeOrder());

    @Override
    public int receive() {
      lengths.clear();
      for (byte[] datagram : next) {
        fill(lengths.size(), datagram);
        lengths.add(datagram.length);
      }
      next.clear();
      return lengths.size();
    }

    /** A slot's position is where the canary begins; the agent uses absolute access only. */
    private void fill(int index, byte[] datagram) {
      if (index == slots.size()) {
        slots.add(ByteBuffer.allocateDirect(SLOT).order(ByteOrder.nativeOrder()).position(SLOT));
      }
      ByteBuffer slot = slots.get(index);
      int before = slot.limit(SLOT).position();
      slot.put(0, datagram).position(datagram.length);
      for (int at = datagram.length; at < before; at++) {
        slot.put(at, canary);
      }
    }

    @Override
    public boolean isEmptied() {
      return true;
    }

    @Override
    public ByteBuffer datagram(int index) {
      return slots.get(index);
    }

    @Override
    public int length(int index) {
      return lengths.get(index);
    }

    @Override
    public ByteBuffer verdicts() {
      return verdicts;
    }

    @Override
    public void send(int length) {
      for (int at = 0; at < length; at += verdicts.getInt(at)) {
        boolean marked = verdicts.getInt(at) > 32;
        int mark = marked ? Integer.reverseBytes(verdicts.getInt(at + 36)) : 0;
        answer(
            Integer.reverseBytes(verdicts.getInt(at + 28)),
            Integer.reverseBytes(verdicts.getInt(at + 24)),
            mark);
      }
    }

    @Override
    public long lost() {
      return 0;
    }
  }
}
