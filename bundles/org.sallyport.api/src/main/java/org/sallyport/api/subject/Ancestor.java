// SPDX-License-Identifier: Apache-2.0
package org.sallyport.api.subject;

import java.util.Objects;

/**
 * One ancestor of a process.
 *
 * @param process who it is
 * @param executable the file it runs now
 */
public record Ancestor(ProcessId process, Fact<Executable> executable) {

  /** Refuses null. */
  public Ancestor {
    Objects.requireNonNull(process, "process");
    Objects.requireNonNull(executable, "executable");
  }
}
