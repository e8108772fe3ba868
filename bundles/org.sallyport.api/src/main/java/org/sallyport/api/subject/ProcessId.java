// SPDX-License-Identifier: Apache-2.0
package org.sallyport.api.subject;

/**
 * A process that cannot be confused with a later one of the same pid.
 *
 * @param pid the process id in the initial pid namespace, 1 to 2^22
 * @param startTimeTicks when it started: field 22 of {@code /proc/PID/stat} (proc(5)), clock ticks
 *     since boot
 */
public record ProcessId(int pid, long startTimeTicks) {

  /** Checks the range. */
  public ProcessId {
    if (pid < 1) {
      throw new IllegalArgumentException("a pid is at least 1, not " + pid);
    }
  }

  @Override
  public String toString() {
    return Integer.toString(pid);
  }
}
