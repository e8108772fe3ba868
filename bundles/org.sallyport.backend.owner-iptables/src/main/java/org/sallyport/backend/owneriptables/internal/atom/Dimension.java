// SPDX-License-Identifier: Apache-2.0
package org.sallyport.backend.owneriptables.internal.atom;

/** What a packet can be told apart by. */
public enum Dimension {
  /** Who opened the sending socket; a packet without owner has no value here. */
  USER,
  /** The group of who opened it; as for the user. */
  GROUP,
  /** The IP protocol's number. */
  PROTOCOL,
  /** The interface's name. */
  INTERFACE,
  /** This host's address, or the sender's of what is routed through. */
  LOCAL,
  /** The peer's address. */
  REMOTE,
  /** The port of the local end; only where the protocol is fixed to one with ports. */
  LOCAL_PORT,
  /** The port of the remote end; as for the local one. */
  REMOTE_PORT,
  /** The ICMP type; only where the protocol is fixed to the family's ICMP. */
  ICMP_TYPE
}
