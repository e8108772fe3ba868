// SPDX-License-Identifier: Apache-2.0
package org.sallyport.nfqueue.internal.loop;

import java.io.IOException;
import java.util.List;
import org.sallyport.kernel.conntrack.ConntrackStats;
import org.sallyport.kernel.netlink.KernelException;
import org.sallyport.kernel.netlink.Poller;
import org.sallyport.kernel.netlink.Wakeup;
import org.sallyport.kernel.nfqueue.NfqueueLease;
import org.sallyport.kernel.nfqueue.NfqueueOptions;
import org.sallyport.kernel.nfqueue.NfqueueSocket;

/** Two queues of the running kernel: number N, and N + 1 for packets that wait. */
public final class KernelQueues implements PacketQueues {

  /** Packets on their way from the fast queue, over what the agent itself lets wait. */
  private static final int UNDER_WAY = 1024;

  private final NfqueueLease sockets;
  private final Wakeup wakeup;
  private final Poller poller;
  private final PacketQueue fast;
  private final PacketQueue parking;

  private KernelQueues(NfqueueLease sockets, Wakeup wakeup) {
    this.sockets = sockets;
    this.wakeup = wakeup;
    poller = new Poller(List.of(sockets.fast().socket(), sockets.parking().socket()), wakeup);
    fast = new KernelQueue(sockets.fast(), Lane.FAST);
    parking = new KernelQueue(sockets.parking(), Lane.PARKING);
  }

  /**
   * Binds two queues, the parking queue first: nothing may be led to a queue that is not there.
   *
   * @param number 0 to 65534
   * @param whenFull what happens to packets that find no room
   * @return the queues; packets wait in them from now on
   * @throws IOException if another program owns one, or the kernel refuses
   */
  public static KernelQueues open(int number, WhenFull whenFull) throws IOException {
    NfqueueSocket parking = NfqueueSocket.open(number + 1, parkingOptions(whenFull));
    try {
      NfqueueSocket fast = NfqueueSocket.open(number, fastOptions(whenFull));
      return of(new NfqueueLease(fast, parking));
    } catch (KernelException e) {
      parking.close();
      throw e;
    }
  }

  /**
   * Takes over queues that an agent before this one left, and sets them up its own way.
   *
   * @param left what {@link #release} gave
   * @param whenFull what happens to packets that find no room
   * @return the queues
   * @throws IOException if the kernel refuses; the queues are then closed
   */
  public static KernelQueues adopt(NfqueueLease left, WhenFull whenFull) throws IOException {
    try {
      left.fast().apply(fastOptions(whenFull));
      left.parking().apply(parkingOptions(whenFull));
    } catch (KernelException e) {
      left.close();
      throw e;
    }
    return of(left);
  }

  private static KernelQueues of(NfqueueLease sockets) throws KernelException {
    try {
      return new KernelQueues(sockets, new Wakeup());
    } catch (KernelException e) {
      sockets.close();
      throw e;
    }
  }

  private static NfqueueOptions fastOptions(WhenFull whenFull) {
    return NfqueueOptions.defaults().withFailOpen(whenFull.fastOpens());
  }

  private static NfqueueOptions parkingOptions(WhenFull whenFull) {
    return new NfqueueOptions(
        NfqueueOptions.DEFAULT_COPY_RANGE_BYTES,
        AgentSettings.DEFAULTS.maxHeldPackets() + UNDER_WAY,
        NfqueueOptions.DEFAULT_RECEIVE_BUFFER_BYTES,
        whenFull.parkingOpens());
  }

  /**
   * Says what happens to packets that find no room; in force when this returns. Any thread may call
   * this.
   *
   * @param whenFull the choice for each queue
   * @throws IOException if the kernel refuses
   */
  public void setWhenFull(WhenFull whenFull) throws IOException {
    sockets.fast().setFailOpen(whenFull.fastOpens());
    sockets.parking().setFailOpen(whenFull.parkingOpens());
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
  public void await(long timeoutNs) throws IOException {
    poller.await(timeoutNs);
  }

  @Override
  public void wake() {
    wakeup.wake();
  }

  @Override
  public long connectionsLost() {
    return ConntrackStats.read(ConntrackStats.PROC_FILE).map(ConntrackStats::lost).orElse(0L);
  }

  /**
   * Lets the queues go without giving them up; packets wait in the kernel. This object must not be
   * used afterwards, and the agent must have ended before.
   *
   * @return the queues, for {@link #adopt}
   */
  public NfqueueLease release() {
    wakeup.close();
    return sockets;
  }

  /** Must not be called while the agent still runs. */
  @Override
  public void close() {
    sockets.close();
    wakeup.close();
  }
}
