// SPDX-License-Identifier: Apache-2.0
package org.sallyport.core.internal.policy;

import java.io.IOException;
import java.nio.file.Path;
import org.sallyport.core.internal.StateFiles;

/**
 * Hands out generations: short numbers that mark the kernel's flows with the revision that judged
 * them. One is written down before it is used, so a crash never makes the next daemon use it again.
 * Confined to the control thread.
 */
public final class Generations {

  private final Path file;
  private int last;

  /**
   * Goes on after the last generation of an earlier daemon.
   *
   * @param file where it is written down
   * @throws IOException if the file exists and cannot be read
   */
  public Generations(Path file) throws IOException {
    this.file = file;
    String text = StateFiles.read(file).orElse("").strip();
    last = text.matches("\\d{1,9}") ? Integer.parseInt(text) : 0;
  }

  /**
   * Goes on after what the kernel holds, if that is further.
   *
   * @param inKernel the generation found in the kernel
   */
  public void seen(int inKernel) {
    last = Math.max(last, inKernel);
  }

  /**
   * The next generation.
   *
   * @param max the highest the mark's bits can hold
   * @return 1 to max
   * @throws IOException if it could not be written down
   */
  public int next(int max) throws IOException {
    int next = last >= max ? 1 : last + 1;
    StateFiles.write(file, next + "\n");
    last = next;
    return next;
  }
}
