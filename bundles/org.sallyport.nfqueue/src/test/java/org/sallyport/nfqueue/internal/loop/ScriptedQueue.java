// SPDX-License-Identifier: Apache-2.0
package org.sallyport.nfqueue.internal.loop;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** A queue whose packets a test writes and whose verdicts it reads. */
final class ScriptedQueue implements PacketQueue {

  private final List<ByteBuffer> next = new ArrayList<>();
  private final List<ByteBuffer> current = new ArrayList<>();
  private final ByteBuffer verdicts = ByteBuffer.allocate(4096).order(ByteOrder.nativeOrder());
  private final Map<Integer, List<Answer>> answers = new LinkedHashMap<>();
  private final Semaphore wakes = new Semaphore(0);
  private boolean recording = true;
  private volatile boolean broken;
  private final CountDownLatch closed = new CountDownLatch(1);
  private long lost;

  /** A verdict as it stands in the message; the mark is 0 where the message has none. */
  record Answer(int verdict, int mark) {}

  void deliver(byte[]... messages) {
    for (byte[] message : messages) {
      next.add(ByteBuffer.wrap(message).order(ByteOrder.nativeOrder()));
    }
  }

  /** All verdicts given for a packet. */
  List<Answer> answersTo(int id) {
    return answers.getOrDefault(id, List.of());
  }

  void stopRecording() {
    recording = false;
  }

  void breakDown() {
    broken = true;
  }

  void lose(long packets) {
    lost += packets;
  }

  @Override
  public int receive() throws IOException {
    if (broken) {
      throw new IOException("gone");
    }
    current.clear();
    for (int i = 0; i < next.size(); i++) {
      current.add(next.get(i));
    }
    next.clear();
    return current.size();
  }

  @Override
  public ByteBuffer datagram(int index) {
    return current.get(index);
  }

  @Override
  public int length(int index) {
    return current.get(index).limit();
  }

  @Override
  public ByteBuffer verdicts() {
    return verdicts;
  }

  @Override
  public void send(int length) {
    if (!recording) {
      return;
    }
    for (int at = 0; at < length; at += verdicts.getInt(at)) {
      boolean marked = verdicts.getInt(at) > 32;
      answers
          .computeIfAbsent(big(at + 28), id -> new ArrayList<>())
          .add(new Answer(big(at + 24), marked ? big(at + 36) : 0));
    }
  }

  private int big(int at) {
    return Integer.reverseBytes(verdicts.getInt(at));
  }

  @Override
  public void await(long timeoutNs) {
    // a test never waits for packets, only for workers: see awaitWake
  }

  @Override
  public void wake() {
    wakes.release();
  }

  /** Waits until a worker has an answer. */
  boolean awaitWake() throws InterruptedException {
    return wakes.tryAcquire(20, TimeUnit.SECONDS);
  }

  @Override
  public long lost() {
    return lost;
  }

  @Override
  public void close() {
    closed.countDown();
  }

  boolean awaitClose() throws InterruptedException {
    return closed.await(20, TimeUnit.SECONDS);
  }

  boolean isClosed() {
    return closed.getCount() == 0;
  }
}
