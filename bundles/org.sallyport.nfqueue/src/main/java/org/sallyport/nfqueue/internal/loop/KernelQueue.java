// SPDX-License-Identifier: Apache-2.0
package org.sallyport.nfqueue.internal.loop;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.sallyport.codec.netlink.NfqVerdict;
import org.sallyport.kernel.netlink.BatchReceiver;
import org.sallyport.kernel.netlink.KernelException;
import org.sallyport.kernel.netlink.NativeBuffer;
import org.sallyport.kernel.netlink.Poller;
import org.sallyport.kernel.netlink.Wakeup;
import org.sallyport.kernel.nfqueue.NfqueueOptions;
import org.sallyport.kernel.nfqueue.NfqueueSocket;

/** A queue of the running kernel. */
public final class KernelQueue implements PacketQueue {

  /** Packets per system call: beyond this a larger batch saves nothing. */
  private static final int BATCH = 64;

  private static final int VERDICTS_PER_SEND = 4 * BATCH;

  private final NfqueueSocket socket;
  private final BatchReceiver receiver;
  private final Wakeup wakeup;
  private final Poller poller;
  private final NativeBuffer verdicts =
      NativeBuffer.allocate(VERDICTS_PER_SEND * NfqVerdict.MAX_LENGTH);

  private KernelQueue(NfqueueSocket socket, NfqueueOptions options, Wakeup wakeup) {
    this.socket = socket;
    this.wakeup = wakeup;
    receiver = new BatchReceiver(socket.socket(), BATCH, options.slotLength());
    poller = new Poller(socket.socket(), wakeup);
  }

  /**
   * Binds a queue.
   *
   * @param number 0 to 65535
   * @param failOpen whether packets pass when it is full
   * @return the queue; packets wait in it from now on
   * @throws IOException if another program owns it, or the kernel refuses
   */
  public static KernelQueue open(int number, boolean failOpen) throws IOException {
    NfqueueOptions options = NfqueueOptions.defaults().withFailOpen(failOpen);
    Wakeup wakeup = new Wakeup();
    try {
      return new KernelQueue(NfqueueSocket.open(number, options), options, wakeup);
    } catch (KernelException e) {
      wakeup.close();
      throw e;
    }
  }

  /**
   * Says what happens when the queue is full; in force when this returns. Any thread may call this.
   *
   * @param open whether packets pass then
   * @throws IOException if the kernel refuses
   */
  public void setFailOpen(boolean open) throws IOException {
    socket.setFailOpen(open);
  }

  @Override
  public int receive() throws IOException {
    return receiver.poll();
  }

  @Override
  public ByteBuffer datagram(int index) {
    return receiver.slot(index);
  }

  @Override
  public int length(int index) {
    return receiver.length(index);
  }

  @Override
  public ByteBuffer verdicts() {
    return verdicts.bytes();
  }

  @Override
  public void send(int length) throws IOException {
    int sent = socket.sendVerdicts(verdicts, length);
    if (sent != length) {
      throw new KernelException("cannot give verdicts", Math.max(0, -sent));
    }
  }

  @Override
  public void await(long timeoutNs) throws IOException {
    poller.await(timeoutNs);
  }

  @Override
  public void wake() {
    wakeup.wake();
  }

  @Override
  public long lost() {
    return socket.stats().map(s -> s.droppedByQueue() + s.droppedByReceiver()).orElse(0L);
  }

  /** Must not be called while the agent still runs. */
  @Override
  public void close() {
    socket.close();
    wakeup.close();
  }
}
