// SPDX-License-Identifier: Apache-2.0
package org.sallyport.codec.ip;

/** Why a packet's headers could not be read. */
public enum IpFault {
  /** Nothing is wrong. */
  NONE,
  /** Fewer bytes than an IP header has. */
  SHORT_HEADER,
  /** Neither IPv4 nor IPv6. */
  BAD_VERSION,
  /** The header's own length, or the packet's, contradicts what is there. */
  BAD_LENGTH,
  /** IPv6 extension headers that do not end within what was copied, or too many of them. */
  BAD_EXTENSIONS,
  /** The transport header is cut off, by the copy range or by a tiny fragment. */
  SHORT_TRANSPORT;
}
