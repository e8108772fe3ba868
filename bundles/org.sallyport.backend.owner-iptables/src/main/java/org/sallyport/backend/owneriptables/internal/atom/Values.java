// SPDX-License-Identifier: Apache-2.0
package org.sallyport.backend.owneriptables.internal.atom;

import java.util.Set;
import org.sallyport.api.packet.IpNetwork;

/**
 * The values of one {@link Dimension} that a rule of iptables can ask for at once. Those compared
 * with each other belong to one dimension and one family. Immutable.
 */
public sealed interface Values {

  /**
   * Whether a value lies in both.
   *
   * @param other of the same dimension
   * @return true if they overlap
   */
  boolean meets(Values other);

  /**
   * Whether every value of the other lies in this.
   *
   * @param other of the same dimension
   * @return true if it is certain
   */
  boolean holds(Values other);

  /**
   * Numbers that follow each other: ids or ports.
   *
   * @param first the lowest
   * @param last the highest, not below {@code first}
   */
  record Span(long first, long last) implements Values {
    /** Checks the order. */
    public Span {
      if (first < 0 || first > last) {
        throw new IllegalArgumentException(first + " to " + last + " is no span");
      }
    }

    @Override
    public boolean meets(Values other) {
      return other instanceof Span span
          ? first <= span.last && span.first <= last
          : other.meets(this);
    }

    @Override
    public boolean holds(Values other) {
      return other instanceof Span span && first <= span.first && span.last <= last;
    }
  }

  /**
   * The addresses of a network.
   *
   * @param network never the whole family
   */
  record Net(IpNetwork network) implements Values {
    @Override
    public boolean meets(Values other) {
      return other instanceof Net net ? holds(net) || net.holds(this) : other.meets(this);
    }

    @Override
    public boolean holds(Values other) {
      return other instanceof Net net
          && network.prefixLength() <= net.network.prefixLength()
          && network.contains(net.network.base().high(), net.network.base().low());
    }
  }

  /**
   * A number of a protocol or ICMP type, or the name of an interface.
   *
   * @param value an Integer or a String
   */
  record One(Object value) implements Values {
    @Override
    public boolean meets(Values other) {
      return other instanceof One one ? value.equals(one.value) : other.meets(this);
    }

    @Override
    public boolean holds(Values other) {
      return equals(other);
    }
  }

  /**
   * All values but some.
   *
   * @param out what is left out; at least one, no Except
   */
  record Except(Set<Values> out) implements Values {
    /** Copies the set. */
    public Except {
      out = Set.copyOf(out);
    }

    @Override
    public boolean meets(Values other) {
      return other instanceof Except || out.stream().noneMatch(values -> values.holds(other));
    }

    @Override
    public boolean holds(Values other) {
      return other instanceof Except except
          ? out.stream().allMatch(mine -> except.out.stream().anyMatch(its -> its.holds(mine)))
          : out.stream().noneMatch(values -> values.meets(other));
    }
  }
}
