// SPDX-License-Identifier: Apache-2.0
package org.sallyport.codec.netlink;

/** Why a netlink message or attribute could not be read. */
public enum NetlinkFault {
  /** Nothing is wrong. */
  NONE,
  /** Fewer bytes are left than a header needs. */
  SHORT_HEADER,
  /** The header states a length smaller than the header itself. */
  BAD_LENGTH,
  /** The header states more bytes than were received. */
  TRUNCATED,
  /** A queued packet without the attribute that carries its id. */
  NO_PACKET_HEADER,
  /** An attribute is too short for what it should hold. */
  SHORT_ATTRIBUTE;
}
