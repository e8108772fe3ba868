// SPDX-License-Identifier: Apache-2.0
package org.sallyport.netfilter;

/** What connection tracking says of a packet (linux/netfilter/nf_conntrack_common.h). */
public enum CtState {
  /** Belongs to no known connection. */
  INVALID,
  /** First of its connection, or no answer was seen yet. */
  NEW,
  /** Starts something another connection announced, or is an ICMP error about one. */
  RELATED,
  /** Part of a connection that has seen packets both ways. */
  ESTABLISHED,
  /** Exempt from tracking. */
  UNTRACKED,
  /** Its destination was rewritten: where it goes is not what the program asked for. */
  DNAT
}
