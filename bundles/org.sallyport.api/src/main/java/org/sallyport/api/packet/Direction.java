// SPDX-License-Identifier: Apache-2.0
package org.sallyport.api.packet;

/** Which way a flow was opened, as seen from this host. */
public enum Direction {
  /** Opened by a program of this host. */
  OUT,
  /** Opened by a peer towards this host. */
  IN,
  /** Routed through this host; no program of this host is behind it. */
  FORWARD;
}
