// SPDX-License-Identifier: Apache-2.0
package org.sallyport.kernel.proc;

/** What a search for a socket's holder found. */
public sealed interface SearchResult {

  /**
   * A process that holds the socket; others that do run the same file.
   *
   * @param holder the process
   */
  record Found(SocketHolder holder) implements SearchResult {}

  /** Processes that run different files hold the socket: any of them may have sent. */
  record Shared() implements SearchResult {}

  /** No process holds the socket, or none that could be looked at. */
  record NotFound() implements SearchResult {}

  /** The deadline passed first. */
  record TimedOut() implements SearchResult {}
}
