// SPDX-License-Identifier: Apache-2.0
package org.sallyport.core.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What was found damaged in the daemon's own state when it started, and what was done about it: a
 * damaged file is put aside, never deleted, and the daemon goes on without it where that opens
 * nothing. Confined to the control thread.
 */
public final class StartRepairs {

  private static final Logger LOG = LoggerFactory.getLogger(StartRepairs.class);

  private final List<String> problems = new ArrayList<>();

  /** Starts with nothing found. */
  public StartRepairs() {}

  /** Reads a file. */
  @FunctionalInterface
  public interface Reading<T> {

    /**
     * Reads it.
     *
     * @return what it says
     * @throws IOException if it is damaged; the message names it
     */
    T read() throws IOException;
  }

  /**
   * Reads a file, or puts it aside and goes on as if it had not been there.
   *
   * @param file the file
   * @param reading reads it; asked once more when it was put aside
   * @param without what is lost with it, for people
   * @return what the reading says
   * @param <T> the content
   * @throws IOException if the file is damaged and cannot be put aside either
   */
  public <T> T readOrPutAside(Path file, Reading<T> reading, String without) throws IOException {
    try {
      return reading.read();
    } catch (IOException e) {
      Path aside = file.resolveSibling(file.getFileName() + ".damaged");
      move(file, aside, e);
      note(e.getMessage() + "; it was put aside as " + aside + " and " + without);
      return reading.read();
    }
  }

  /** Notes something a person should know. */
  void note(String problem) {
    LOG.error("{}", problem);
    problems.add(problem);
  }

  private static void move(Path file, Path aside, IOException cause) throws IOException {
    try {
      Files.move(file, aside, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      cause.addSuppressed(e);
      throw cause;
    }
  }

  /** Removes what writes that were cut off left in a folder. */
  void removeLeftovers(Path folder) {
    try {
      StateFiles.removeLeftovers(folder);
    } catch (IOException e) {
      note(folder + " could not be cleared of unfinished files: " + e.getMessage());
    }
  }

  /**
   * What was found.
   *
   * @return sentences for people
   */
  public List<String> problems() {
    return List.copyOf(problems);
  }
}
