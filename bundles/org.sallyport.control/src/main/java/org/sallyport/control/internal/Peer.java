// SPDX-License-Identifier: Apache-2.0
package org.sallyport.control.internal;

/**
 * Who connected.
 *
 * @param user the user's name, or the uid where it has none
 * @param access what the user may do
 */
record Peer(String user, Access access) {

  /** For the history: root by number, since names may change. */
  String who() {
    return access == Access.ROOT ? "uid 0" : user;
  }
}
