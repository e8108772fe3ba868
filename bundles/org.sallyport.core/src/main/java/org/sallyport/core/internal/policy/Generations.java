// SPDX-License-Identifier: Apache-2.0
package org.sallyport.core.internal.policy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.sallyport.api.backend.MarkLayout;
import org.sallyport.core.internal.StateFiles;

/**
 * Hands out generations: short numbers that mark the kernel's flows with the revision that judged
 * them. One is written down before it is used, so a crash never makes the next daemon use it again.
 *
 * <p>They go round. A flow of the last round would pass for one of this round, so our bits are
 * swept out of conntrack before a round begins, and once more halfway: a packet that waited in the
 * queue during one sweep may mark its flow after it, and that mark falls to the other sweep, half a
 * round before its number comes again. What was marked under another mask is swept too, for its
 * bits may read as any generation. Confined to the control thread.
 */
public final class Generations {

  private static final Pattern TEXT = Pattern.compile("(\\d{1,9})(?: 0x([0-9a-f]{8}))?");

  private final Path file;
  private final MarkLayout marks;
  private final Sweep sweep;
  private int last;
  private boolean unswept;

  /** Clears our bits of the marks of all flows in the kernel. */
  @FunctionalInterface
  public interface Sweep {

    /**
     * Returns when that is done.
     *
     * @throws IOException if some flow may still be marked
     */
    void run() throws IOException;
  }

  /**
   * Goes on after the last generation of an earlier daemon.
   *
   * @param file where it is written down
   * @param marks where our bits are
   * @param sweep how they are cleared
   * @throws IOException if the file exists and cannot be read
   */
  public Generations(Path file, MarkLayout marks, Sweep sweep) throws IOException {
    this.file = file;
    this.marks = marks;
    this.sweep = sweep;
    Matcher text = TEXT.matcher(StateFiles.read(file).orElse("").strip());
    boolean known = text.matches();
    last = known ? Integer.parseInt(text.group(1)) : 0;
    unswept = !known || !maskText().equals("0x" + text.group(2));
  }

  private String maskText() {
    return String.format("0x%08x", marks.mask());
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
   * The next generation. No flow carries it yet.
   *
   * @return 1 to the highest the mark's bits can hold
   * @throws IOException if the flows could not be swept or it could not be written down; the next
   *     call tries again
   */
  public int next() throws IOException {
    int max = marks.maxGeneration();
    int next = last >= max ? 1 : last + 1;
    if (unswept || next == 1 || next == max / 2 + 1) {
      sweep();
    }
    StateFiles.write(file, next + " " + maskText() + "\n");
    last = next;
    return next;
  }

  /**
   * Clears our bits of all flows; for when none is to be ours any more.
   *
   * @throws IOException if some flow may still be marked
   */
  public void sweep() throws IOException {
    sweep.run();
    unswept = false;
  }
}
