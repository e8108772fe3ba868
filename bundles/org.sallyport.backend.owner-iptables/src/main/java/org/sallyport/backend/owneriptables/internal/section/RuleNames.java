// SPDX-License-Identifier: Apache-2.0
package org.sallyport.backend.owneriptables.internal.section;

import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32;
import org.sallyport.netfilter.Chain;

/**
 * The names of the chains that count for rules: {@code SALLYPORT-R-} and the rule's id in capitals;
 * of an id that is too long, its beginning and a sum over all of it. The same rules always get the
 * same names. Immutable.
 */
public final class RuleNames {

  /** What the name of each counting chain begins with. */
  public static final String STEM = Chain.PREFIX + "R-";

  private static final int ROOM = 16;
  private static final int SUM_DIGITS = 6;
  private static final int RADIX = 36;
  private static final long SUMS = 2_176_782_336L; // RADIX to the power of SUM_DIGITS

  private final Map<String, Chain> chains = new TreeMap<>();

  /**
   * Names the chains of a policy.
   *
   * @param ruleIds the ids of all its rules
   */
  public RuleNames(List<String> ruleIds) {
    Map<Chain, String> taken = new HashMap<>();
    // Short ids first: theirs is the plain name.
    ruleIds.stream()
        .distinct()
        .sorted(
            Comparator.comparing((String id) -> id.length() > ROOM)
                .thenComparing(Comparator.naturalOrder()))
        .forEach(id -> chains.put(id, name(id, taken)));
  }

  private static Chain name(String id, Map<Chain, String> taken) {
    int attempt = 0;
    Chain chain = id.length() > ROOM ? cut(id, attempt) : plain(id);
    while (taken.putIfAbsent(chain, id) != null) {
      chain = cut(id, ++attempt);
    }
    return chain;
  }

  private static Chain plain(String id) {
    return new Chain(STEM + id.toUpperCase(Locale.ROOT));
  }

  private static Chain cut(String id, int attempt) {
    CRC32 crc = new CRC32();
    crc.update((id + "/" + attempt).getBytes(StandardCharsets.US_ASCII));
    String sum = Long.toString(crc.getValue() % SUMS, RADIX);
    String digits = "0".repeat(SUM_DIGITS - sum.length()) + sum;
    int kept = Math.min(id.length(), ROOM - SUM_DIGITS - 1);
    return plain(id.substring(0, kept) + "-" + digits);
  }

  /**
   * The chain of a rule.
   *
   * @param ruleId one of the rules
   * @return its chain
   */
  public Chain chain(String ruleId) {
    return chains.get(ruleId);
  }

  /**
   * All of them.
   *
   * @return the chains by rule id
   */
  public Map<String, Chain> all() {
    return Collections.unmodifiableMap(chains);
  }
}
