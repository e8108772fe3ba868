// SPDX-License-Identifier: Apache-2.0
package org.sallyport.nfqueue.internal.loop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Two queues whose packets a test writes and whose verdicts it reads. What is sent to the parking
 * queue arrives there under the same id.
 */
final class ScriptedQueue implements PacketQueues {

  private static final int MOVE = 3;

  private final Lane fast = new Lane(TestContext.QUEUE);
  private final Lane parking = new Lane(TestContext.QUEUE + 1);
  private final Map<Integer, ByteBuffer> messages = new HashMap<>();
  private final Map<Integer, List<Answer>> answers = new LinkedHashMap<>();
  private final List<Integer> moves = new ArrayList<>();
  private final Semaphore wakes = new Semaphore(0);
  private boolean recording = true;
  private volatile boolean broken;
  private final CountDownLatch closed = new CountDownLatch(1);
  private long connectionsLost;

  /** A verdict as it stands in the message; the mark is 0 where the message has none. */
  record Answer(int verdict, int mark) {}

  /** One of the two. */
  private final class Lane implements PacketQueue {
    private final int number;
    private final List<ByteBuffer> next = new ArrayList<>();
    private final List<ByteBuffer> current = new ArrayList<>();
    private final ByteBuffer verdicts = ByteBuffer.allocate(4096).order(ByteOrder.nativeOrder());
    private long lost;

    Lane(int number) {
      this.number = number;
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
    public boolean isEmptied() {
      return next.isEmpty();
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
        assertThat(Short.reverseBytes(verdicts.getShort(at + 18))).isEqualTo((short) number);
        take(big(at + 28), new Answer(big(at + 24), marked ? big(at + 36) : 0));
      }
    }

    private int big(int at) {
      return Integer.reverseBytes(verdicts.getInt(at));
    }

    @Override
    public long lost() {
      return lost;
    }
  }

  private void take(int id, Answer answer) {
    if ((answer.verdict() & 0xff) == MOVE) {
      assertThat(answer.verdict() >>> 16).isEqualTo(TestContext.QUEUE + 1);
      assertThat(answer.mark()).as("a move leaves the mark alone").isZero();
      moves.add(id);
      parking.next.add(messages.get(id));
    } else {
      answers.computeIfAbsent(id, i -> new ArrayList<>()).add(answer);
    }
  }

  void deliver(byte[]... packets) {
    for (byte[] message : packets) {
      ByteBuffer buffer = ByteBuffer.wrap(message).order(ByteOrder.nativeOrder());
      fast.next.add(buffer);
      if (message.length > 28) {
        messages.put(Integer.reverseBytes(buffer.getInt(24)), buffer);
      }
    }
  }

  /** All verdicts given for a packet, but those that only moved it. */
  List<Answer> answersTo(int id) {
    return answers.getOrDefault(id, List.of());
  }

  /** The packets sent to the parking queue, in order; as often as they were. */
  List<Integer> moves() {
    return moves;
  }

  void stopRecording() {
    recording = false;
  }

  void breakDown() {
    broken = true;
  }

  void lose(long packets) {
    fast.lost += packets;
  }

  void loseParked(long packets) {
    parking.lost += packets;
  }

  void loseConnections(long count) {
    connectionsLost += count;
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
  public long connectionsLost() {
    return connectionsLost;
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
