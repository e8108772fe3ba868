// SPDX-License-Identifier: Apache-2.0
package org.sallyport.kernel.proc;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.sallyport.kernel.internal.SystemFiles;

/** In what state processes and their descriptors are (proc(5)). Thread-safe; keeps nothing. */
public final class ProcState {

  private static final int LIMIT = 4096;
  private static final String FLAGS = "flags:\t";
  private static final int OCTAL = 8;
  private static final long CLOSE_ON_EXEC = 0x80000; // O_CLOEXEC

  private final String root;

  /**
   * Makes a reader.
   *
   * @param root {@link ProcFs#ROOT}, or a folder built like it
   */
  public ProcState(Path root) {
    this.root = root.toString();
  }

  /**
   * Whether a process is at its end: it may have given up its descriptors already.
   *
   * @param pid its id
   * @return true too if it is gone
   */
  public boolean isEnding(int pid) {
    try {
      return ProcStat.isEnding(SystemFiles.read(root + "/" + pid + "/stat", LIMIT));
    } catch (IOException e) {
      return true;
    }
  }

  /**
   * Whether a descriptor of a process is closed when it executes another program.
   *
   * @param pid the process
   * @param descriptor its descriptor
   * @return false too if that cannot be told
   */
  public boolean closesOnExec(int pid, int descriptor) {
    try {
      return closesOnExec(SystemFiles.read(root + "/" + pid + "/fdinfo/" + descriptor, LIMIT));
    } catch (IOException e) {
      return false;
    }
  }

  private static boolean closesOnExec(byte[] contents) {
    for (String line : new String(contents, StandardCharsets.ISO_8859_1).split("\n", -1)) {
      if (line.startsWith(FLAGS)) {
        String octal = line.substring(FLAGS.length());
        return octal.matches("[0-7]{1,12}") && (Long.parseLong(octal, OCTAL) & CLOSE_ON_EXEC) != 0;
      }
    }
    return false;
  }
}
