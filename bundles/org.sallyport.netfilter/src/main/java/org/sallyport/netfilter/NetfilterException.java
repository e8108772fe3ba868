// SPDX-License-Identifier: Apache-2.0
package org.sallyport.netfilter;

import java.util.Objects;

/**
 * The kernel's rules could not be read or changed. The message says what failed, with which value,
 * and what to do; it is bounded and safe to show.
 */
public final class NetfilterException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final Kind kind;

  /** What went wrong, for code that acts on it. */
  public enum Kind {
    /** A program is not installed. */
    TOOL_MISSING,
    /** The caller is not root in this network namespace. */
    PERMISSION,
    /** Another program holds the tables. */
    LOCKED,
    /** The kernel lacks a table, a match or a target. */
    KERNEL,
    /** The table holds rules that only {@code nft} can show. */
    INCOMPATIBLE_TABLE,
    /** iptables refused a line; nothing of that table was changed. */
    REFUSED,
    /** A program did not end in time and was killed. */
    TIMEOUT,
    /** A program said something that is not understood. */
    GARBLED,
    /** The kernel was changed but does not hold what was written. */
    READ_BACK,
    /** A foreign rule leads into a chain of ours, which therefore cannot be deleted. */
    FOREIGN_REFERENCE,
    /** The journal cannot be written. */
    JOURNAL
  }

  /**
   * A failure.
   *
   * @param kind what went wrong
   * @param message what, value, what to do
   */
  public NetfilterException(Kind kind, String message) {
    super(message);
    this.kind = Objects.requireNonNull(kind, "kind");
  }

  /**
   * A failure with a cause.
   *
   * @param kind what went wrong
   * @param message what, value, what to do
   * @param cause what the system said
   */
  public NetfilterException(Kind kind, String message, Throwable cause) {
    super(message, cause);
    this.kind = Objects.requireNonNull(kind, "kind");
  }

  /**
   * What went wrong.
   *
   * @return never null
   */
  public Kind kind() {
    return kind;
  }
}
