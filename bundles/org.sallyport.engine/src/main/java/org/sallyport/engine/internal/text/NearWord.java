// SPDX-License-Identifier: Apache-2.0
package org.sallyport.engine.internal.text;

import java.util.Collection;
import java.util.Optional;

/** Finds the word a person probably meant. */
public final class NearWord {

  private NearWord() {}

  /** The nearest of some words, if it is no more than a slip or two away. */
  public static Optional<String> of(String wrong, Collection<String> words) {
    if (wrong.length() > 64) {
      return Optional.empty();
    }
    String best = null;
    int bestDistance = (wrong.length() < 3 ? 1 : 2) + 1;
    for (String word : words) {
      int distance = distance(wrong, word);
      if (distance < bestDistance) {
        best = word;
        bestDistance = distance;
      }
    }
    return Optional.ofNullable(best);
  }

  /** The distance of Levenshtein: letters to insert, delete or replace. */
  private static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[b.length()];
  }
}
