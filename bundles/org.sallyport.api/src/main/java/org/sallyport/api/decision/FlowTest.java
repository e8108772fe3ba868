// SPDX-License-Identifier: Apache-2.0
package org.sallyport.api.decision;

import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.sallyport.api.packet.IpNetwork;

/**
 * One test on a flow in terms that a kernel can ask by itself; names are resolved. A test whose
 * fact is absent (a port where the protocol has none, an owner where the kernel made the packet)
 * does not hold, negated or not. Immutable.
 */
public sealed interface FlowTest {

  /**
   * Whether none of the values may hold.
   *
   * @return false if any of them must
   */
  boolean negated();

  /** Which end of a flow, as this host sees it. */
  enum End {
    /** This host; for what is routed through, the sender. */
    LOCAL,
    /** The other one. */
    REMOTE
  }

  /** Whose credentials of the socket's opener. */
  enum IdKind {
    /** The file system uid. */
    USER,
    /** The file system gid; supplementary groups do not count. */
    GROUP
  }

  /**
   * The user or group that opened the sending socket.
   *
   * @param kind which of them
   * @param ranges at least one
   * @param negated see {@link FlowTest#negated}
   */
  record Owner(IdKind kind, List<IdRange> ranges, boolean negated) implements FlowTest {
    /** Refuses an empty list and copies it. */
    public Owner {
      Objects.requireNonNull(kind, "kind");
      ranges = filled(ranges);
    }
  }

  /**
   * The IP protocol; for IPv6 what stands behind the extension headers.
   *
   * @param numbers at least one, 0 to 255
   * @param negated see {@link FlowTest#negated}
   */
  record Protocols(Set<Integer> numbers, boolean negated) implements FlowTest {
    /** Checks the range, refuses an empty set and copies it in ascending order. */
    public Protocols {
      numbers = bytes(numbers);
    }
  }

  /**
   * An address of one end. Negated, it holds for every address of both families that is in none.
   *
   * @param end which
   * @param networks at least one; those of one family say nothing about the other
   * @param negated see {@link FlowTest#negated}
   */
  record Networks(End end, List<IpNetwork> networks, boolean negated) implements FlowTest {
    /** Refuses an empty list and copies it. */
    public Networks {
      Objects.requireNonNull(end, "end");
      networks = filled(networks);
    }
  }

  /**
   * A port of one end, of any protocol that has ports (TCP, UDP, UDP-Lite, SCTP).
   *
   * @param end which
   * @param ranges at least one
   * @param negated see {@link FlowTest#negated}
   */
  record Ports(End end, List<PortRange> ranges, boolean negated) implements FlowTest {
    /** Refuses an empty list and copies it. */
    public Ports {
      Objects.requireNonNull(end, "end");
      ranges = filled(ranges);
    }
  }

  /**
   * The interface: what leaves by it, what came by it; for what is routed through, where it leaves.
   *
   * @param names at least one, compared exactly
   * @param negated see {@link FlowTest#negated}
   */
  record Interfaces(List<String> names, boolean negated) implements FlowTest {
    /** Refuses an empty list and copies it. */
    public Interfaces {
      names = filled(names);
    }
  }

  /**
   * The type of an ICMP or ICMPv6 message; holds for no other protocol.
   *
   * @param v4 types of ICMP, 0 to 255
   * @param v6 types of ICMPv6, 0 to 255; not both sets are empty
   * @param negated see {@link FlowTest#negated}
   */
  record IcmpTypes(Set<Integer> v4, Set<Integer> v6, boolean negated) implements FlowTest {
    /** Checks the ranges and copies the sets in ascending order. */
    public IcmpTypes {
      if (v4.isEmpty() && v6.isEmpty()) {
        throw new IllegalArgumentException("a test needs at least one value");
      }
      v4 = v4.isEmpty() ? Set.of() : bytes(v4);
      v6 = v6.isEmpty() ? Set.of() : bytes(v6);
    }
  }

  private static <T> List<T> filled(List<T> values) {
    if (values.isEmpty()) {
      throw new IllegalArgumentException("a test needs at least one value");
    }
    return List.copyOf(values);
  }

  private static Set<Integer> bytes(Set<Integer> numbers) {
    SortedSet<Integer> sorted = new TreeSet<>(numbers);
    if (sorted.isEmpty() || sorted.first() < 0 || sorted.last() > 255) {
      throw new IllegalArgumentException("a test needs values from 0 to 255, not " + numbers);
    }
    return Collections.unmodifiableSortedSet(sorted);
  }
}
