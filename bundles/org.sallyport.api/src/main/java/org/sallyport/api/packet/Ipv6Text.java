// SPDX-License-Identifier: Apache-2.0
package org.sallyport.api.packet;

/**
 * The canonical text of an IPv6 address, RFC 5952 §4: lower case, longest run of zeros as {@code
 * ::}.
 */
final class Ipv6Text {

  private static final int GROUPS = 8;

  private Ipv6Text() {}

  static String of(long high, long low) {
    int[] group = new int[GROUPS];
    for (int i = 0; i < GROUPS; i++) {
      long half = i < 4 ? high : low;
      group[i] = (int) (half >>> (48 - 16 * (i % 4))) & 0xffff;
    }
    int start = longestZeroRun(group);
    int end = start + zeroRun(group, start);
    StringBuilder text = new StringBuilder(39);
    for (int i = 0; i < GROUPS; i++) {
      if (i == start) {
        text.append("::");
        i = end - 1;
      } else {
        if (i > 0 && i != end) {
          text.append(':');
        }
        text.append(Integer.toHexString(group[i]));
      }
    }
    return text.toString();
  }

  /**
   * The start of the first longest run of at least two zero groups, or {@value #GROUPS} if none.
   */
  private static int longestZeroRun(int[] group) {
    int best = GROUPS;
    int bestLength = 1;
    for (int i = 0; i < GROUPS; i++) {
      int length = zeroRun(group, i);
      if (length > bestLength) {
        best = i;
        bestLength = length;
      }
    }
    return best;
  }

  private static int zeroRun(int[] group, int from) {
    int length = 0;
    while (from + length < GROUPS && group[from + length] == 0) {
      length++;
    }
    return length;
  }
}
