// SPDX-License-Identifier: Apache-2.0
package org.sallyport.engine.internal.names;

import java.io.IOException;
import java.util.List;

/** Runs a program of the host and returns what it prints. */
@FunctionalInterface
interface CommandRunner {

  /**
   * What came of a run.
   *
   * @param status the exit status
   * @param output what it printed to standard output, at most 64 KiB
   */
  record Result(int status, String output) {}

  /**
   * Runs a program without a shell and waits for its end.
   *
   * @param command the program's full path and its arguments
   * @param timeoutMs how long it may take
   * @return its exit status and output
   * @throws IOException if it cannot be started or is late; it is ended then
   */
  Result run(List<String> command, long timeoutMs) throws IOException;
}
