// SPDX-License-Identifier: Apache-2.0
package org.sallyport.kernel.proc;

import java.nio.charset.StandardCharsets;

/** The lines of {@code /proc/PID/status} (proc(5)). */
final class StatusFile {

  private StatusFile() {}

  /**
   * The first, real id of a line of ids.
   *
   * @param status the file
   * @param label {@code Uid:} or {@code Gid:}
   */
  static ProcRead<Long> realId(byte[] status, String label) {
    for (String line : new String(status, StandardCharsets.ISO_8859_1).split("\n", -1)) {
      // the name's line comes first, but its newlines are escaped: no line of it can pose as this
      if (line.startsWith(label)) {
        String[] field = line.split("\\s+");
        if (field.length > 1 && field[1].matches("\\d{1,10}")) {
          return new ProcRead.Done<>(Long.parseLong(field[1]));
        }
      }
    }
    return new ProcRead.Failed<>("status has no " + label.replace(":", "") + " line");
  }
}
