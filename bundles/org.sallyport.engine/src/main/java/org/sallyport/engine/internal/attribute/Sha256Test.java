// SPDX-License-Identifier: Apache-2.0
package org.sallyport.engine.internal.attribute;

import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import org.sallyport.api.match.Truth;
import org.sallyport.api.rule.Criterion;
import org.sallyport.engine.internal.text.CriterionException;

/**
 * Hashes of files.
 *
 * @param wanted 64 lower-case hexadecimal digits each
 */
public record Sha256Test(Set<String> wanted) implements ValueTest<String> {

  static Sha256Test of(Criterion criterion) {
    Set<String> wanted = new HashSet<>();
    criterion.values().forEach(value -> wanted.add(read(value)));
    return new Sha256Test(Set.copyOf(wanted));
  }

  /** Reads one hash, however its letters are written. */
  public static String read(String value) {
    if (!value.matches("[0-9a-fA-F]{64}")) {
      throw new CriterionException(
          "process.sha256: a SHA-256 is 64 hexadecimal digits, and this has "
              + value.length()
              + " characters",
          "Write what sha256sum FILE prints.");
    }
    return value.toLowerCase(Locale.ROOT);
  }

  @Override
  public Truth test(String hash) {
    return Truth.of(wanted.contains(hash));
  }
}
