// SPDX-License-Identifier: Apache-2.0
package org.sallyport.engine.internal.attribute;

import org.sallyport.api.match.Input;
import org.sallyport.api.match.ReadSet;
import org.sallyport.api.match.Volatility;

/**
 * What the built-in matchers look at, and for how long an answer holds for one flow of one socket.
 * The choice is made by who could change the value behind the socket, and when.
 */
final class Reads {

  /** The tuple is part of every key that a decision is kept under. */
  static final ReadSet PROTOCOL = ReadSet.of(Volatility.STATIC, Input.PROTOCOL);

  static final ReadSet LOCAL_ADDRESS = ReadSet.of(Volatility.STATIC, Input.LOCAL_ADDRESS);
  static final ReadSet REMOTE_ADDRESS = ReadSet.of(Volatility.STATIC, Input.REMOTE_ADDRESS);
  static final ReadSet LOCAL_PORT = ReadSet.of(Volatility.STATIC, Input.LOCAL_PORT, Input.PROTOCOL);
  static final ReadSet REMOTE_PORT =
      ReadSet.of(Volatility.STATIC, Input.REMOTE_PORT, Input.PROTOCOL);
  static final ReadSet ICMP_TYPE = ReadSet.of(Volatility.STATIC, Input.ICMP_TYPE, Input.PROTOCOL);

  /**
   * A flow changes its interface when a route does: the tunnel goes down and the same socket's next
   * packet would leave in the clear. No key holds the interface, so no answer may be kept.
   */
  static final ReadSet INTERFACE = ReadSet.of(Volatility.VOLATILE, Input.INTERFACE);

  /** A socket that its program closes is the kernel's from then on, which no exec shows. */
  static final ReadSet KIND = ReadSet.of(Volatility.PROCESS, Input.SUBJECT_KIND);

  /**
   * Opener and cgroup are written down in the socket when it is made, and stay. Where a source can
   * only tell the process's cgroup now, the first answer is nearer to that than any later one.
   */
  static final ReadSet SOCKET_OWNER = ReadSet.of(Volatility.FLOW, Input.SOCKET_OWNER);

  /**
   * Holds until another file is executed. Somebody else may get hold of the socket too (fork,
   * SCM_RIGHTS), which no kernel tells: for that reason it is kept for a few seconds only.
   */
  static final ReadSet PROCESS = ReadSet.of(Volatility.PROCESS, Input.PROCESS);

  /**
   * A process sets its name, writes over its arguments, changes its uid and drops or raises
   * capabilities at any moment, without executing anything.
   */
  static final ReadSet PROCESS_NOW = ReadSet.of(Volatility.VOLATILE, Input.PROCESS);

  /** Of the cgroup of the socket's creation, and of the mount that the program lies in. */
  static final ReadSet APPLICATION =
      ReadSet.of(Volatility.PROCESS, Input.SOCKET_OWNER, Input.PROCESS);

  /** A parent executes another file, or ends and leaves its child to init, at any moment. */
  static final ReadSet ANCESTORS = ReadSet.of(Volatility.VOLATILE, Input.ANCESTORS);

  private Reads() {}
}
