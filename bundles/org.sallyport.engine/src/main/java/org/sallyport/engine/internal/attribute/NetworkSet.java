// SPDX-License-Identifier: Apache-2.0
package org.sallyport.engine.internal.attribute;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.sallyport.api.packet.IpAddress;
import org.sallyport.api.packet.IpNetwork;

/**
 * Networks as ascending ranges that do not touch, so that a list of many thousands costs a binary
 * search. IPv4 addresses are kept in their mapped form, apart from IPv6: {@code ::/0} holds none of
 * them. Immutable; asking does not allocate.
 */
final class NetworkSet {

  private final Ranges v4;
  private final Ranges v6;

  private NetworkSet(Ranges v4, Ranges v6) {
    this.v4 = v4;
    this.v6 = v6;
  }

  static NetworkSet of(List<IpNetwork> networks) {
    return new NetworkSet(
        Ranges.of(networks.stream().filter(network -> network.base().isIpv4()).toList()),
        Ranges.of(networks.stream().filter(network -> !network.base().isIpv4()).toList()));
  }

  /** Whether an address, as its two halves, is in one of the networks. */
  boolean contains(long high, long low) {
    boolean mapped = high == 0 && low >>> 32 == 0xffff;
    return (mapped ? v4 : v6).contains(high, low);
  }

  /**
   * The networks, none of them within another, IPv4 first. Networks only nest, so each range is
   * still one of those given.
   */
  List<IpNetwork> networks() {
    return Stream.concat(v4.ranges(), v6.ranges()).map(Range::network).toList();
  }

  /** From one address to another, both included; unsigned numbers of 128 bits in two halves. */
  private record Range(long fromHigh, long fromLow, long toHigh, long toLow) {

    static Range of(IpNetwork network) {
      IpAddress base = network.base();
      int bits = network.prefixLength() + (base.isIpv4() ? 96 : 0);
      long high = mask(bits);
      long low = mask(bits - 64);
      return new Range(
          base.high() & high, base.low() & low, base.high() | ~high, base.low() | ~low);
    }

    /** The network whose first and last address these are. */
    IpNetwork network() {
      long high = fromHigh ^ toHigh;
      int bits =
          high == 0
              ? 64 + Long.numberOfLeadingZeros(fromLow ^ toLow)
              : Long.numberOfLeadingZeros(high);
      IpAddress base = new IpAddress(fromHigh, fromLow);
      return new IpNetwork(base, base.isIpv4() ? bits - 96 : bits);
    }

    private static long mask(int bits) {
      return bits <= 0 ? 0 : bits >= 64 ? -1L : -1L << (64 - bits);
    }

    boolean holds(long high, long low) {
      return compare(fromHigh, fromLow, high, low) <= 0 && compare(high, low, toHigh, toLow) <= 0;
    }

    static int compare(long highA, long lowA, long highB, long lowB) {
      int high = Long.compareUnsigned(highA, highB);
      return high == 0 ? Long.compareUnsigned(lowA, lowB) : high;
    }
  }

  /** Ranges of one family, flat: four numbers each. */
  private static final class Ranges {

    private final long[] bounds;

    private Ranges(long[] bounds) {
      this.bounds = bounds;
    }

    static Ranges of(List<IpNetwork> networks) {
      List<Range> sorted =
          networks.stream()
              .map(Range::of)
              .sorted((a, b) -> Range.compare(a.fromHigh(), a.fromLow(), b.fromHigh(), b.fromLow()))
              .toList();
      List<Range> merged = new ArrayList<>();
      for (Range next : sorted) {
        Range last = merged.isEmpty() ? null : merged.get(merged.size() - 1);
        if (last == null || !last.holds(next.fromHigh(), next.fromLow())) {
          merged.add(next);
        } else if (!last.holds(next.toHigh(), next.toLow())) {
          merged.set(merged.size() - 1, next); // the same start, but wider: networks only nest
        }
      }
      long[] bounds = new long[merged.size() * 4];
      int at = 0;
      for (Range range : merged) {
        bounds[at++] = range.fromHigh();
        bounds[at++] = range.fromLow();
        bounds[at++] = range.toHigh();
        bounds[at++] = range.toLow();
      }
      return new Ranges(bounds);
    }

    Stream<Range> ranges() {
      return IntStream.range(0, bounds.length / 4)
          .map(i -> i * 4)
          .mapToObj(i -> new Range(bounds[i], bounds[i + 1], bounds[i + 2], bounds[i + 3]));
    }

    boolean contains(long high, long low) {
      int first = 0;
      int end = bounds.length / 4;
      while (first < end) {
        int middle = (first + end) >>> 1;
        int at = middle * 4;
        if (Range.compare(high, low, bounds[at], bounds[at + 1]) < 0) {
          end = middle;
        } else if (Range.compare(high, low, bounds[at + 2], bounds[at + 3]) > 0) {
          first = middle + 1;
        } else {
          return true;
        }
      }
      return false;
    }
  }
}
