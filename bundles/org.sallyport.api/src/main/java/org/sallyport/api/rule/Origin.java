// SPDX-License-Identifier: Apache-2.0
package org.sallyport.api.rule;

import java.util.Objects;

/**
 * Where a rule was written, for error messages.
 *
 * @param place a file's path, or a store's name where there is no file
 * @param line the line, from 1; 0 where there are no lines
 */
public record Origin(String place, int line) {

  /** Checks the range. */
  public Origin {
    Objects.requireNonNull(place, "place");
    if (line < 0) {
      throw new IllegalArgumentException("lines count from 1, not " + line);
    }
  }

  @Override
  public String toString() {
    return line == 0 ? place : place + ":" + line;
  }
}
