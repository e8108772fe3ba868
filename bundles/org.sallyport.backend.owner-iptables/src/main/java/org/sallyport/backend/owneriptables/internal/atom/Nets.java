// SPDX-License-Identifier: Apache-2.0
package org.sallyport.backend.owneriptables.internal.atom;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.sallyport.api.packet.IpAddress;
import org.sallyport.api.packet.IpNetwork;

/** Sets of addresses of one family as networks that do not overlap. */
public final class Nets {

  private static final int LONG_BITS = 64;
  private static final int V4_OFFSET = 96;

  private Nets() {}

  /** The whole of a family. */
  static IpNetwork all(boolean v4) {
    return new IpNetwork(v4 ? IpAddress.ofIpv4(0) : new IpAddress(0, 0), 0);
  }

  /** Any networks without those that lie in another. */
  static List<IpNetwork> disjoint(List<IpNetwork> networks) {
    List<IpNetwork> sorted = new ArrayList<>(networks);
    sorted.sort(Comparator.comparing(IpNetwork::base).thenComparing(IpNetwork::prefixLength));
    List<IpNetwork> disjoint = new ArrayList<>();
    for (IpNetwork network : sorted) {
      // In this order a network that holds the next one is the last that was kept.
      if (disjoint.isEmpty() || !holds(disjoint.get(disjoint.size() - 1), network)) {
        disjoint.add(network);
      }
    }
    return disjoint;
  }

  /** What lies in both. */
  static List<IpNetwork> common(List<IpNetwork> some, List<IpNetwork> others) {
    List<IpNetwork> common = new ArrayList<>();
    for (IpNetwork a : some) {
      for (IpNetwork b : others) {
        if (holds(a, b)) {
          common.add(b);
        } else if (holds(b, a)) {
          common.add(a);
        }
      }
    }
    return disjoint(common);
  }

  /** What lies in the first but not in the second. */
  static List<IpNetwork> minus(List<IpNetwork> networks, IpNetwork out) {
    List<IpNetwork> left = new ArrayList<>();
    for (IpNetwork network : networks) {
      IpNetwork rest = network;
      if (holds(out, rest)) {
        continue;
      }
      while (holds(rest, out) && !rest.equals(out)) {
        boolean upper = holds(half(rest, true), out);
        left.add(half(rest, !upper));
        rest = half(rest, upper);
      }
      if (!rest.equals(out)) {
        left.add(rest);
      }
    }
    return disjoint(left);
  }

  /** Whether the first holds the second, both of one family. */
  static boolean holds(IpNetwork outer, IpNetwork inner) {
    return outer.prefixLength() <= inner.prefixLength()
        && outer.contains(inner.base().high(), inner.base().low());
  }

  /**
   * Half a network.
   *
   * @param network more than one address
   * @param upper whether the bit behind the prefix is set
   * @return a network of half the size
   */
  public static IpNetwork half(IpNetwork network, boolean upper) {
    IpAddress base = network.base();
    int length = network.prefixLength() + 1;
    if (!upper) {
      return new IpNetwork(base, length);
    }
    int bit = length - 1 + (base.isIpv4() ? V4_OFFSET : 0);
    long high = bit < LONG_BITS ? base.high() | 1L << (LONG_BITS - 1 - bit) : base.high();
    long low = bit < LONG_BITS ? base.low() : base.low() | 1L << (2 * LONG_BITS - 1 - bit);
    return new IpNetwork(new IpAddress(high, low), length);
  }

  /**
   * The smallest network that holds two.
   *
   * @param a a network
   * @param b another of the same family
   * @return their common prefix
   */
  public static IpNetwork around(IpNetwork a, IpNetwork b) {
    int offset = a.base().isIpv4() ? V4_OFFSET : 0;
    int same =
        a.base().high() != b.base().high()
            ? Long.numberOfLeadingZeros(a.base().high() ^ b.base().high())
            : LONG_BITS + Long.numberOfLeadingZeros(a.base().low() ^ b.base().low());
    int length = Math.min(same - offset, Math.min(a.prefixLength(), b.prefixLength()));
    int bits = length + offset;
    long high = bits >= LONG_BITS ? a.base().high() : mask(a.base().high(), bits);
    long low = bits <= LONG_BITS ? 0 : mask(a.base().low(), bits - LONG_BITS);
    return new IpNetwork(new IpAddress(high, low), length);
  }

  private static long mask(long word, int bits) {
    return bits == 0 ? 0 : word & -1L << (LONG_BITS - bits);
  }
}
