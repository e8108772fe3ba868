// SPDX-License-Identifier: Apache-2.0
package org.sallyport.api.match;

/** What a matcher may look at to answer. */
public enum Input {
  /** The direction. */
  DIRECTION,
  /** The transport protocol. */
  PROTOCOL,
  /** This host's address. */
  LOCAL_ADDRESS,
  /** This host's port. */
  LOCAL_PORT,
  /** The peer's address. */
  REMOTE_ADDRESS,
  /** The peer's port. */
  REMOTE_PORT,
  /** The ICMP type. */
  ICMP_TYPE,
  /** The interface. */
  INTERFACE,
  /** What kind of originator the flow has. */
  SUBJECT_KIND,
  /** Uid and gid of the socket's opener, and the cgroup it was opened in. */
  SOCKET_OWNER,
  /** The process, and what holds for it until it executes another file. */
  PROCESS,
  /** The process's ancestors. */
  ANCESTORS;
}
