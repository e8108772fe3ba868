// SPDX-License-Identifier: Apache-2.0
package org.sallyport.netfilter.internal;

import java.util.List;

/** Starts programs and waits for them. The only seam between this bundle and the system's tools. */
interface CommandRunner {

  /**
   * Runs a program to its end; blocks.
   *
   * @param command absolute path and arguments, no shell between
   * @param input what it reads from standard input
   * @return how it ended, whatever its exit code
   * @throws org.sallyport.netfilter.NetfilterException if it cannot be started, does not end in
   *     time or writes too much
   */
  CommandResult run(List<String> command, String input);
}
