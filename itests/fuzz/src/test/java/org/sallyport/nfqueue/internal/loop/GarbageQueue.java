// SPDX-License-Identifier: Apache-2.0
package org.sallyport.nfqueue.internal.loop;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A queue that delivers what it is given, each datagram in a slot full of a canary. */
final class GarbageQueue implements PacketQueue {

  private static final int SLOT = 1 << 13;

  private final byte canary;
  private final List<ByteBuffer> slots = new ArrayList<>();
  private final List<Integer> lengths = new ArrayList<>();
  private final ByteBuffer verdicts = ByteBuffer.allocate(1024).order(ByteOrder.nativeOrder());
  private final Map<Integer, List<Integer>> answers = new TreeMap<>();
  private int waiting;

  GarbageQueue(byte canary) {
    this.canary = canary;
  }

  /** Has the next cycle receive these; nothing answered is remembered. */
  void deliver(List<byte[]> datagrams) {
    answers.clear();
    lengths.clear();
    waiting = datagrams.size();
    for (int i = 0; i < waiting; i++) {
      byte[] datagram = datagrams.get(i);
      if (i == slots.size()) {
        slots.add(slot());
      }
      ByteBuffer slot = slots.get(i);
      int before = slot.limit(SLOT).position();
      slot.put(0, datagram).position(datagram.length);
      for (int at = datagram.length; at < before; at++) {
        slot.put(at, canary);
      }
      lengths.add(datagram.length);
    }
  }

  /** Its position is where the canary begins; the agent uses absolute access only. */
  private ByteBuffer slot() {
    ByteBuffer slot = ByteBuffer.allocateDirect(SLOT).order(ByteOrder.nativeOrder());
    for (int at = 0; at < SLOT; at++) {
      slot.put(at, canary);
    }
    return slot;
  }

  /** By packet id: each verdict and mark it was given. */
  Map<Integer, List<Integer>> answers() {
    return answers;
  }

  @Override
  public int receive() {
    int received = waiting;
    waiting = 0;
    return received;
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
      int id = Integer.reverseBytes(verdicts.getInt(at + 28));
      int verdict = Integer.reverseBytes(verdicts.getInt(at + 24));
      boolean marked = verdicts.getInt(at) > 32;
      int mark = marked ? Integer.reverseBytes(verdicts.getInt(at + 36)) : 0;
      answers.computeIfAbsent(id, none -> new ArrayList<>()).add(31 * mark + verdict);
    }
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
  public long lost() {
    return 0;
  }

  @Override
  public void close() {
    // nothing is open
  }
}
