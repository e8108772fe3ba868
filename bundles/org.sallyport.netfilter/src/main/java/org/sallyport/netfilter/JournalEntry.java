// SPDX-License-Identifier: Apache-2.0
package org.sallyport.netfilter;

import java.time.Instant;
import java.util.List;
import java.util.Objects;

/**
 * A change that was begun and not seen to its end: the daemon died, or iptables refused.
 *
 * @param operation what was being done
 * @param begun when, by the wall clock
 * @param tables in the order they were to be committed; those at the front may be done
 */
public record JournalEntry(Operation operation, Instant begun, List<Table> tables) {

  /** Copies the list. */
  public JournalEntry {
    Objects.requireNonNull(operation, "operation");
    Objects.requireNonNull(begun, "begun");
    tables = List.copyOf(tables);
  }

  /** What can be left unfinished. */
  public enum Operation {
    /** A rule set was being written. */
    COMMIT,
    /** Everything of ours was being removed. */
    REMOVE,
    /** The journal cannot be read: anything may be half done. */
    UNREADABLE
  }
}
