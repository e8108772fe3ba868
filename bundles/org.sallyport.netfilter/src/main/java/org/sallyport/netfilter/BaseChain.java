// SPDX-License-Identifier: Apache-2.0
package org.sallyport.netfilter;

/** The kernel's own chains, one per netfilter hook (linux/netfilter.h, enum nf_inet_hooks). */
public enum BaseChain {
  /** Every arriving packet, before routing. */
  PREROUTING,
  /** Packets for a local socket. */
  INPUT,
  /** Packets passing through. */
  FORWARD,
  /** Locally made packets, after the first routing decision. */
  OUTPUT,
  /** Every leaving packet, after routing. */
  POSTROUTING
}
