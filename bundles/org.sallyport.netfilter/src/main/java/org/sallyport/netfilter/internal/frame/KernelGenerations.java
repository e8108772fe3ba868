// SPDX-License-Identifier: Apache-2.0
package org.sallyport.netfilter.internal.frame;

import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.sallyport.api.backend.MarkLayout;
import org.sallyport.netfilter.KernelState;
import org.sallyport.netfilter.Table;

/** The generations in the proofs that our chains of filter give. */
final class KernelGenerations {

  private static final Pattern SET_MARK =
      Pattern.compile("(?:.* )?-j MARK --set-xmark 0x([0-9a-f]{1,8})/0x([0-9a-f]{1,8})");
  private static final int HEX = 16;

  private KernelGenerations() {}

  /** The highest of both families; independent of today's mask, for the rules say which it was. */
  static OptionalInt in(KernelState state) {
    return state.families().keySet().stream()
        .flatMap(family -> state.table(family, Table.FILTER).ours().stream())
        .flatMap(chain -> chain.rules().stream())
        .map(line -> SET_MARK.matcher(line.text()))
        .filter(Matcher::matches)
        .mapToInt(KernelGenerations::generationIn)
        .filter(generation -> generation > 0)
        .max();
  }

  private static int generationIn(Matcher setMark) {
    int mask = Integer.parseUnsignedInt(setMark.group(2), HEX);
    int mark = Integer.parseUnsignedInt(setMark.group(1), HEX);
    try {
      return new MarkLayout(mask).generationOf(mark);
    } catch (IllegalArgumentException e) {
      return 0; // not a line of ours: no layout has such a mask
    }
  }
}
