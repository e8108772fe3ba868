// SPDX-License-Identifier: Apache-2.0
package org.sallyport.control.internal;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.nio.file.attribute.UserPrincipal;
import jdk.net.ExtendedSocketOptions;
import jdk.net.UnixDomainPrincipal;

/**
 * Decides what a peer may do, from the credentials the kernel recorded when it connected
 * (SO_PEERCRED, unix(7)). The JDK gives them as principals, which compare by number; so "is it
 * root" is asked by comparing with the owner of a file whose numeric owner is known to be 0.
 */
final class PeerPolicy {

  private final UserPrincipal root;
  private final ReaderGroup readers;

  /**
   * Creates the policy.
   *
   * @param root the user who may do everything
   * @param readers the group that may read
   */
  PeerPolicy(UserPrincipal root, ReaderGroup readers) {
    this.root = root;
    this.readers = readers;
  }

  /**
   * Who is at the other end.
   *
   * @throws IOException if the kernel or the group database does not tell
   */
  Peer peerOf(SocketChannel channel) throws IOException {
    UnixDomainPrincipal peer = channel.getOption(ExtendedSocketOptions.SO_PEERCRED);
    return new Peer(peer.user().getName(), accessOf(peer));
  }

  /** What a peer may do. */
  Access accessOf(UnixDomainPrincipal peer) throws IOException {
    if (root.equals(peer.user())) {
      return Access.ROOT;
    }
    return readers.contains(peer.user(), peer.group()) ? Access.READER : Access.NONE;
  }
}
