// SPDX-License-Identifier: Apache-2.0
package org.sallyport.netfilter;

/** Tests on the socket a locally made packet left by; OUTPUT and POSTROUTING only. */
public final class OwnerMatch {

  /** The highest uid or gid; the one above it says "none". */
  public static final long ID_MAX = Checks.ID_MAX;

  private OwnerMatch() {}

  /**
   * The packet has no socket, or one without an opened file: made by the kernel itself. Said by
   * uid, since the kernel's own ICMP socket counts as a socket but has no file and so no owner.
   */
  public record OwnerLess() implements Match {
    @Override
    public MatchOption option() {
      return MatchOption.of("owner", "--uid-owner", "0-" + Checks.ID_MAX).negated();
    }
  }

  /**
   * The user who opened the socket.
   *
   * @param from lowest uid, 0 to 4294967294
   * @param to highest uid, not below {@code from}
   */
  public record UidRange(long from, long to) implements Match.Negatable {
    /** Checks the range. */
    public UidRange {
      Checks.ids(from, to);
    }

    @Override
    public MatchOption option() {
      return MatchOption.of("owner", "--uid-owner", Checks.range(from, to, "-"));
    }
  }

  /**
   * The group of the socket's opener.
   *
   * @param from lowest gid, 0 to 4294967294
   * @param to highest gid, not below {@code from}
   */
  public record GidRange(long from, long to) implements Match.Negatable {
    /** Checks the range. */
    public GidRange {
      Checks.ids(from, to);
    }

    @Override
    public MatchOption option() {
      return MatchOption.of("owner", "--gid-owner", Checks.range(from, to, "-"));
    }
  }

  /**
   * The packet has a socket that still belongs to a program or to a part of the kernel. What is
   * left of a closed TCP connection has none, and neither has a reset or an answer for a closed
   * port.
   */
  public record SocketExists() implements Match.Negatable {
    @Override
    public MatchOption option() {
      return MatchOption.of("owner", "--socket-exists", "");
    }
  }
}
