// SPDX-License-Identifier: Apache-2.0
package org.sallyport.api.subject;

/** What kind of originator a flow has. */
public enum SubjectKind {
  /** A program. */
  PROCESS,
  /** The kernel itself: tunnels, NFS, answers for sockets that are closing. */
  KERNEL,
  /** Nobody: an inbound packet to a port without listener. */
  NONE,
  /** Another host: traffic that is routed through this one. */
  FORWARD,
  /** Somebody, but it could not be found out who. */
  UNKNOWN,
  /** Being found out; ask the slow way. */
  PENDING;
}
