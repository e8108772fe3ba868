// SPDX-License-Identifier: Apache-2.0
package org.sallyport.kernel.nfqueue;

import org.sallyport.codec.netlink.NfqConfig;

/** What a kernel may be able to do for a queue; asked for one by one. */
public enum NfqueueFlag {
  /** Large packets come whole instead of segmented and summed in software first. */
  GSO(NfqConfig.FLAG_GSO),
  /** Packets carry the uid and gid of their socket's opener. */
  UID_GID(NfqConfig.FLAG_UID_GID),
  /** Packets carry the security label of their sender. */
  SECCTX(NfqConfig.FLAG_SECCTX),
  /** Packets carry the record of their connection; only kernels with NETLINK_GLUE_CT can. */
  CONNTRACK(NfqConfig.FLAG_CONNTRACK),
  /** A full queue lets packets pass. */
  FAIL_OPEN(NfqConfig.FLAG_FAIL_OPEN);

  private final int bit;

  NfqueueFlag(int bit) {
    this.bit = bit;
  }

  int bit() {
    return bit;
  }
}
