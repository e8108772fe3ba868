// SPDX-License-Identifier: Apache-2.0
package org.sallyport.netfilter;

import java.util.Objects;
import java.util.regex.Pattern;

/** What a rule does with the packets it matches; printed as iptables-extensions(8) says. */
public sealed interface Target {

  /**
   * The rule's end.
   *
   * @param family the family of the rule
   * @return {@code -j} and what follows, as {@code iptables-save} prints it
   */
  String text(Family family);

  /** The verdicts without arguments. */
  enum Verdict implements Target {
    /** Ends this table; the packet goes on. */
    ACCEPT,
    /** Ends the packet; a local sender sees EPERM. */
    DROP,
    /** Back to the calling chain. */
    RETURN;

    @Override
    public String text(Family family) {
      return "-j " + name();
    }
  }

  /**
   * Sets bits of the packet's mark, leaving the others.
   *
   * @param bits what to set within which mask
   */
  record SetMark(MarkBits bits) implements Target {
    /** Checks that there are bits. */
    public SetMark {
      Objects.requireNonNull(bits, "bits");
    }

    @Override
    public String text(Family family) {
      return "-j MARK --set-xmark " + bits;
    }
  }

  /**
   * Copies bits of the packet's mark to the connection's.
   *
   * @param packetMask bits taken from the packet's mark, 0 to 0xffffffff
   * @param connectionMask bits cleared in the connection's mark first, 0 to 0xffffffff
   */
  record SaveMark(long packetMask, long connectionMask) implements Target {
    /** Checks the ranges. */
    public SaveMark {
      MarkBits.requireMark(packetMask);
      MarkBits.requireMark(connectionMask);
    }

    @Override
    public String text(Family family) {
      return String.format(
          "-j CONNMARK --save-mark --nfmask 0x%x --ctmask 0x%x", packetMask, connectionMask);
    }
  }

  /**
   * Copies bits of the connection's mark to the packet's.
   *
   * @param packetMask bits cleared in the packet's mark first, 0 to 0xffffffff
   * @param connectionMask bits taken from the connection's mark, 0 to 0xffffffff
   */
  record RestoreMark(long packetMask, long connectionMask) implements Target {
    /** Checks the ranges. */
    public RestoreMark {
      MarkBits.requireMark(packetMask);
      MarkBits.requireMark(connectionMask);
    }

    @Override
    public String text(Family family) {
      return String.format(
          "-j CONNMARK --restore-mark --nfmask 0x%x --ctmask 0x%x", packetMask, connectionMask);
    }
  }

  /**
   * Sets bits of the connection's mark, leaving the others.
   *
   * @param bits what to set within which mask
   */
  record SetConnMark(MarkBits bits) implements Target {
    /** Checks that there are bits. */
    public SetConnMark {
      Objects.requireNonNull(bits, "bits");
    }

    @Override
    public String text(Family family) {
      return "-j CONNMARK --set-xmark " + bits;
    }
  }

  /** What becomes of a packet whose queue nobody has bound. */
  enum WhenUnbound {
    /** It is dropped. */
    DROP,
    /** It passes the rule as if it were not there. */
    PASS
  }

  /**
   * Hands the packet to user space.
   *
   * @param first the queue, 0 to 65535
   * @param last the same, or a higher one to spread connections over all queues between
   * @param whenUnbound what happens while nobody listens
   */
  record Queue(int first, int last, WhenUnbound whenUnbound) implements Target {
    private static final int QUEUE_MAX = 65_535;

    /** Checks the range. */
    public Queue {
      Objects.requireNonNull(whenUnbound, "whenUnbound");
      if (first < 0 || last > QUEUE_MAX || first > last) {
        throw new IllegalArgumentException(
            "queues go from 0 to 65535, lower one first, not " + first + " to " + last);
      }
    }

    @Override
    public String text(Family family) {
      String queues =
          first == last ? "--queue-num " + first : "--queue-balance " + first + ":" + last;
      return "-j NFQUEUE " + queues + (whenUnbound == WhenUnbound.PASS ? " --queue-bypass" : "");
    }
  }

  /**
   * Drops the packet and tells the sender; table filter only.
   *
   * @param with what it is told
   */
  record Reject(RejectWith with) implements Target {
    /** Checks that there is an answer. */
    public Reject {
      Objects.requireNonNull(with, "with");
    }

    @Override
    public String text(Family family) {
      return "-j REJECT --reject-with " + with.label(family);
    }
  }

  /**
   * Goes on in another chain of ours, and comes back at its end or at RETURN.
   *
   * @param chain a chain of the same table
   */
  record JumpTo(Chain chain) implements Target {
    /** Checks that there is a chain. */
    public JumpTo {
      Objects.requireNonNull(chain, "chain");
    }

    @Override
    public String text(Family family) {
      return "-j " + chain;
    }
  }

  /**
   * Goes on in another chain of ours and does not come back here: at that chain's end the packet
   * goes on behind the rule that jumped last.
   *
   * @param chain a chain of the same table
   */
  record GoTo(Chain chain) implements Target {
    /** Checks that there is a chain. */
    public GoTo {
      Objects.requireNonNull(chain, "chain");
    }

    @Override
    public String text(Family family) {
      return "-g " + chain;
    }
  }

  /** Counts and does nothing else; the packet meets the next rule. */
  record Count() implements Target {
    @Override
    public String text(Family family) {
      return "";
    }
  }

  /**
   * Writes a line into the kernel's log; the packet meets the next rule. A network namespace other
   * than the first writes none unless {@code net.netfilter.nf_log_all_netns} is set.
   *
   * @param prefix what the line begins with: 1 to 28 of letters, digits, inner blanks and {@code .
   *     , : = _ / + -}; a blank follows it
   */
  record Log(String prefix) implements Target {
    // with its blank and its end 30, linux/netfilter/xt_LOG.h
    private static final Pattern PREFIX =
        Pattern.compile("[A-Za-z0-9.,:=_/+-]([A-Za-z0-9 .,:=_/+-]{0,26}[A-Za-z0-9.,:=_/+-])?");

    /** Checks the prefix. */
    public Log {
      if (!PREFIX.matcher(prefix).matches()) {
        throw new IllegalArgumentException(
            "a log prefix has 1 to 28 letters, digits, inner blanks and . , : = _ / + -");
      }
    }

    @Override
    public String text(Family family) {
      return "-j LOG --log-prefix \"" + prefix + " \"";
    }
  }
}
