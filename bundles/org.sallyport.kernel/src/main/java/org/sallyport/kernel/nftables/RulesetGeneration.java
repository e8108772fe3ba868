// SPDX-License-Identifier: Apache-2.0
package org.sallyport.kernel.nftables;

import org.sallyport.codec.netlink.NetlinkFault;
import org.sallyport.codec.netlink.NetlinkMessages;
import org.sallyport.codec.netlink.NftGeneration;
import org.sallyport.kernel.internal.LibC;
import org.sallyport.kernel.netlink.KernelException;
import org.sallyport.kernel.netlink.NativeBuffer;
import org.sallyport.kernel.netlink.NetlinkSocket;

/**
 * The generation of nf_tables' rules: a number the kernel moves with every commit, whoever made it
 * and whatever table it changed. Reading rules, passing packets and iptables-legacy leave it alone.
 */
public final class RulesetGeneration {

  private static final int ANSWER_MAX = 4096;
  private static final int ANSWER_TIMEOUT_MS = 1000;
  private static final int SEQUENCE = 1;

  private RulesetGeneration() {}

  /**
   * Asks in the network namespace of the calling thread; takes some microseconds, at most a second.
   *
   * @return 0 to 0xffffffff; two equal answers mean that nobody committed between them, unless 2³²
   *     commits were made
   * @throws KernelException if the kernel has no nf_tables, the caller no CAP_NET_ADMIN, or no
   *     answer came
   */
  public static long current() throws KernelException {
    try (NetlinkSocket socket = NetlinkSocket.open(NetlinkSocket.NETFILTER)) {
      socket.setReceiveTimeout(ANSWER_TIMEOUT_MS);
      NativeBuffer buffer = NativeBuffer.allocate(ANSWER_MAX);
      demand(-Math.min(0, socket.send(buffer, NftGeneration.encode(buffer.bytes(), SEQUENCE))));
      int length = socket.receive(buffer, 0);
      demand(-Math.min(0, length));
      return read(new NetlinkMessages().wrap(buffer.bytes(), 0, length));
    }
  }

  private static long read(NetlinkMessages messages) throws KernelException {
    NftGeneration answer = new NftGeneration();
    boolean received = messages.next();
    if (received && messages.isError()) {
      demand(messages.errorNumber());
    }
    if (received
        && messages.type() == NftGeneration.TYPE
        && answer.wrap(messages) == NetlinkFault.NONE) {
      return answer.id();
    }
    throw new KernelException("the answer about nf_tables is not understood", LibC.EBADMSG);
  }

  private static void demand(int error) throws KernelException {
    if (error != 0) {
      throw new KernelException("cannot ask nf_tables for its generation", error);
    }
  }
}
