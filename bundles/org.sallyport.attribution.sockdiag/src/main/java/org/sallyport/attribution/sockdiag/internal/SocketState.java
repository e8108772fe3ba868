// SPDX-License-Identifier: Apache-2.0
package org.sallyport.attribution.sockdiag.internal;

/** What a packet's socket is, as far as it can be told. */
enum SocketState {
  /** A program holds it, and no other socket can have sent this. */
  HELD,
  /** A program holds it, but it is not connected: others may share its port. */
  HELD_LOOSELY,
  /** Its program closed it, data are still on their way. */
  ORPHAN,
  /** It ended or is only being opened: what it sends is the kernel's own. */
  KERNEL_MADE,
  /** There is none. */
  NOT_FOUND,
  /** The protocol's sockets cannot be looked up. */
  UNSUPPORTED,
  /** A later fragment does not tell its ports. */
  FRAGMENT,
  /** The kernel did not answer. */
  FAILED;

  /** Whether a process is to be found by the socket the kernel named. */
  boolean isHeld() {
    return this == HELD || this == HELD_LOOSELY;
  }
}
