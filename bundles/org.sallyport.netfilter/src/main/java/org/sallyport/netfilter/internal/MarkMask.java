// SPDX-License-Identifier: Apache-2.0
package org.sallyport.netfilter.internal;

import java.util.Optional;
import org.sallyport.netfilter.MarkBits;

/**
 * A mark argument of iptables or ip: {@code value} or {@code value/mask}, numbers as strtoul reads
 * them. Foreign rules may set bits outside their mask ({@code xor}), so unlike {@link MarkBits}
 * nothing is promised about the two.
 */
record MarkMask(long value, long mask) {

  static Optional<MarkMask> parse(String text) {
    int slash = text.indexOf('/');
    if (slash < 0) {
      return number(text).map(value -> new MarkMask(value, MarkBits.ALL));
    }
    return number(text.substring(0, slash))
        .flatMap(value -> number(text.substring(slash + 1)).map(mask -> new MarkMask(value, mask)));
  }

  static Optional<Long> number(String text) {
    if (!text.matches("0[xX][0-9a-fA-F]{1,8}|[0-9]{1,10}")) {
      return Optional.empty();
    }
    long number = Long.decode(text);
    return number <= MarkBits.ALL ? Optional.of(number) : Optional.empty();
  }

  /** All bits the user of this argument looks at or changes. */
  long touched() {
    return value | mask;
  }

  String text() {
    return String.format("0x%x/0x%x", value, mask);
  }
}
