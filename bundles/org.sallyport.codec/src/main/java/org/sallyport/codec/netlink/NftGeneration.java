// SPDX-License-Identifier: Apache-2.0
package org.sallyport.codec.netlink;

import java.nio.ByteBuffer;
import org.sallyport.codec.Bytes;

/**
 * The question which ruleset of nf_tables is in force, and its answer ({@code
 * linux/netfilter/nf_tables.h}, enum nft_gen_attributes):
 *
 * <pre>
 *   +---------------------------------------------------------------+
 *  0|  nlmsghdr: type 0x0a10 (GETGEN) or 0x0a0f (NEWGEN)            |  host order
 *   +---------------+---------------+-------------------------------+
 * 16|  family 0     |  version 0    |  resource id                  |
 *   +---------------+---------------+-------------------------------+
 * 20|  NFTA_GEN_ID (1): the generation, 32 bits                     |  network order
 *   |  further attributes: who committed it                         |
 * </pre>
 *
 * <p>Not thread-safe; the buffers are borrowed.
 */
public final class NftGeneration {

  /** NFT_MSG_NEWGEN of nfnetlink's subsystem 10: the type of the answer. */
  public static final int TYPE = 0x0a0f;

  /** Length of {@link #encode}'s request in bytes. */
  public static final int LENGTH = 20;

  private static final int TYPE_GET = 0x0a10;
  private static final int GENERATION_ID = 1;
  private static final int GENERIC_LENGTH = 4;
  private static final long UNSIGNED = 0xffff_ffffL;

  private final NetlinkAttributes attributes = new NetlinkAttributes();
  private long id;

  /** Makes a reader that stands on nothing. */
  public NftGeneration() {}

  /**
   * Writes the request.
   *
   * @param into where it is written, from 0; at least {@link #LENGTH} bytes
   * @param sequence comes back in the answer
   * @return the message's length in bytes
   */
  public static int encode(ByteBuffer into, int sequence) {
    Netlink.putHeader(into, 0, LENGTH, TYPE_GET << 16 | Netlink.FLAG_REQUEST, sequence);
    Bytes.putI32Host(into, Netlink.HEADER_LENGTH, 0);
    return LENGTH;
  }

  /**
   * Reads the message a cursor stands on.
   *
   * @param messages stands on a message of type {@link #TYPE}
   * @return what is wrong with it; {@link #id} is good only after {@link NetlinkFault#NONE}
   */
  public NetlinkFault wrap(NetlinkMessages messages) {
    id = 0;
    if (messages.payloadLength() < GENERIC_LENGTH) {
      return NetlinkFault.TRUNCATED;
    }
    attributes.wrap(
        messages.buffer(),
        messages.payloadOffset() + GENERIC_LENGTH,
        messages.payloadLength() - GENERIC_LENGTH);
    while (attributes.next()) {
      if (attributes.type() == GENERATION_ID && attributes.valueLength() == Integer.BYTES) {
        id = Bytes.i32Net(messages.buffer(), attributes.valueOffset()) & UNSIGNED;
        return NetlinkFault.NONE;
      }
    }
    return attributes.fault() == NetlinkFault.NONE
        ? NetlinkFault.SHORT_ATTRIBUTE
        : attributes.fault();
  }

  /**
   * The generation: it moves with each commit of anybody in the network namespace.
   *
   * @return 0 to 0xffffffff; it comes round
   */
  public long id() {
    return id;
  }
}
