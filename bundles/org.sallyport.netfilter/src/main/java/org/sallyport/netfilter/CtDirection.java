// SPDX-License-Identifier: Apache-2.0
package org.sallyport.netfilter;

/** Which way a packet goes, seen from the connection's first packet. */
public enum CtDirection {
  /** The way of the first packet. */
  ORIGINAL,
  /** The way of the answers. */
  REPLY
}
