// SPDX-License-Identifier: Apache-2.0
package org.sallyport.nfqueue.internal.loop;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.sallyport.codec.netlink.NfqVerdict;
import org.sallyport.kernel.netlink.BatchReceiver;
import org.sallyport.kernel.netlink.KernelException;
import org.sallyport.kernel.netlink.NativeBuffer;
import org.sallyport.kernel.nfqueue.NfqueueSocket;

/** One queue of the running kernel. Its socket is closed by whoever opened it. */
final class KernelQueue implements PacketQueue {

  /** Packets per system call: beyond this a larger batch saves nothing. */
  private static final int BATCH = 64;

  /** What waits must not keep what comes: between two looks at the fast queue a few are judged. */
  private static final int BATCH_PARKED = 8;

  private static final int VERDICTS_PER_SEND = 4 * BATCH;

  private final NfqueueSocket socket;
  private final BatchReceiver receiver;
  private boolean emptied;
  private final NativeBuffer verdicts =
      NativeBuffer.allocate(VERDICTS_PER_SEND * NfqVerdict.MAX_LENGTH);

  KernelQueue(NfqueueSocket socket, Lane lane) {
    this.socket = socket;
    int batch = lane == Lane.FAST ? BATCH : BATCH_PARKED;
    receiver = new BatchReceiver(socket.socket(), batch, socket.slotLength());
  }

  @Override
  public int receive() throws IOException {
    long losses = receiver.lostSignals() + receiver.interrupted();
    int count = receiver.poll();
    boolean whole = losses == receiver.lostSignals() + receiver.interrupted();
    emptied = whole && count < receiver.slots();
    return count;
  }

  @Override
  public boolean isEmptied() {
    return emptied;
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
  public long lost() {
    return socket.stats().map(s -> s.droppedByQueue() + s.droppedByReceiver()).orElse(0L);
  }
}
