// SPDX-License-Identifier: Apache-2.0
package org.sallyport.kernel.proc;

import java.nio.charset.StandardCharsets;

/**
 * The part of {@code /proc/PID/stat} (proc(5)) that says who a process is.
 *
 * @param pid its id
 * @param name its {@code comm}, decoded as UTF-8; written by the process itself
 * @param parentPid its parent's id; 0 if it has none here
 * @param startTimeTicks when it started, in clock ticks since boot (field 22)
 */
public record ProcStat(int pid, String name, int parentPid, long startTimeTicks) {

  private static final int PARENT_FIELD = 1;
  private static final int FLAGS_FIELD = 6;
  private static final int START_FIELD = 19;
  private static final long EXITING = 4; // PF_EXITING of linux/sched.h

  /**
   * Reads the file's contents. The name may hold blanks, parentheses and newlines; all that follows
   * it are numbers, so it ends at the last closing parenthesis.
   */
  static ProcRead<ProcStat> parse(int pid, byte[] contents) {
    String text = new String(contents, StandardCharsets.ISO_8859_1);
    int open = text.indexOf('(');
    int close = text.lastIndexOf(')');
    if (open < 0 || close < open || close + 2 > text.length()) {
      return new ProcRead.Failed<>("stat has no name");
    }
    String[] field = text.substring(close + 2).split(" ", START_FIELD + 2);
    if (field.length <= START_FIELD) {
      return new ProcRead.Failed<>("stat is too short");
    }
    String name = new String(contents, open + 1, close - open - 1, StandardCharsets.UTF_8);
    try {
      return new ProcRead.Done<>(
          new ProcStat(
              pid,
              name,
              Integer.parseInt(field[PARENT_FIELD]),
              Long.parseLong(field[START_FIELD].strip())));
    } catch (NumberFormatException e) {
      return new ProcRead.Failed<>("stat holds something else than numbers");
    }
  }

  /** Whether the process is about to end or did; true too if that cannot be read. */
  static boolean isEnding(byte[] contents) {
    String text = new String(contents, StandardCharsets.ISO_8859_1);
    int close = text.lastIndexOf(')');
    String[] field =
        close < 0 || close + 2 > text.length()
            ? new String[0]
            : text.substring(close + 2).split(" ", FLAGS_FIELD + 2);
    return field.length <= FLAGS_FIELD
        || !field[FLAGS_FIELD].matches("\\d{1,18}")
        || "ZX".contains(field[0])
        || (Long.parseLong(field[FLAGS_FIELD]) & EXITING) != 0;
  }

  /** The start time alone, or -1: asked for far more often than all the rest. */
  static long startTimeTicks(byte[] contents) {
    int at = contents.length - 1;
    while (at >= 0 && contents[at] != ')') {
      at--;
    }
    int blanks = START_FIELD + 1;
    while (at >= 0 && at < contents.length && blanks > 0) {
      blanks -= contents[at] == ' ' ? 1 : 0;
      at++;
    }
    long ticks = 0;
    int digits = 0;
    while (at >= 0 && at < contents.length && Character.isDigit(contents[at]) && digits < 18) {
      ticks = ticks * 10 + (contents[at] - '0');
      digits++;
      at++;
    }
    return digits > 0 ? ticks : -1;
  }
}
