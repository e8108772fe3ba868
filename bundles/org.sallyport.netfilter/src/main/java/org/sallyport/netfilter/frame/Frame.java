// SPDX-License-Identifier: Apache-2.0
package org.sallyport.netfilter.frame;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.osgi.annotation.versioning.ProviderType;
import org.sallyport.api.backend.Enforcement;
import org.sallyport.api.backend.KernelCount;
import org.sallyport.api.backend.MarkLayout;
import org.sallyport.netfilter.Chain;
import org.sallyport.netfilter.RuleSet;

/**
 * Our chains in the running kernel, as the sections of all backends of the stack make them. An OSGi
 * service of the ground, so what is staged survives a swap of the backend that staged it.
 * Thread-safe: one call waits for another. Methods that read or write the kernel start processes,
 * block for milliseconds to seconds, and throw {@link org.sallyport.netfilter.NetfilterException}.
 */
@ProviderType
public interface Frame {

  /**
   * Keeps a backend's section for the next commit. Changes nothing in the kernel.
   *
   * @param backend the backend's name; an earlier section of that name is replaced
   * @param section the section
   */
  void stage(String backend, Section section);

  /**
   * Forgets a backend's section. What is in force stays until the next commit.
   *
   * @param backend the backend's name
   */
  void unstage(String backend);

  /**
   * Brings our chains to an order with the sections of {@link Enforcement#stack}, in that order,
   * and returns when they are read back. Does nothing where exactly this stands since the last
   * commit and nobody changed it, so each backend of a stack may call it. Where only generation or
   * sections differ, only filter is committed: one step per family. Takes over what an earlier
   * daemon left.
   *
   * @param order what to bring about
   * @param marks where our bits of the mark are
   * @throws IllegalStateException if a backend of the stack has staged nothing
   * @throws IllegalArgumentException if the stack is empty, a queue is not its last, two sections
   *     hold rules for one direction, or the chains do not fit together; nothing has changed then
   */
  void commit(Enforcement order, MarkLayout marks);

  /**
   * The rules that {@link #commit} would write, for people and tests. Any thread.
   *
   * @param order any order
   * @param marks where our bits of the mark are
   * @param sections by the name of their backend, for each backend of the order's stack
   * @return our chains of all tables
   */
  RuleSet rules(Enforcement order, MarkLayout marks, Map<String, Section> sections);

  /** Deletes our chains, the gate first, and forgets the sections. */
  void remove();

  /**
   * What is in force.
   *
   * @return empty before the first commit, after a failed one, and after {@link #remove}
   */
  Optional<Enforcement> inForce();

  /**
   * The backends whose sections are in force.
   *
   * @return in no order; empty where {@link #inForce} is
   */
  Set<String> backends();

  /**
   * Compares the kernel with what was committed last; reads it only if somebody changed its rules,
   * or the last reading is half a minute old.
   *
   * @return a sentence per difference, safe to show; none if nothing was committed
   */
  List<String> differences();

  /**
   * Who else uses our bits of the mark, and what is wrong with the variant of iptables that we do
   * not use.
   *
   * @param marks where our bits are
   * @return a sentence each, safe to show
   */
  List<String> conflicts(MarkLayout marks);

  /**
   * The generation the kernel holds, perhaps from an earlier daemon, which may have used the other
   * variant of iptables.
   *
   * @return the highest of both families, or empty if there is no chain of ours
   */
  OptionalInt generation();

  /**
   * What the counting chains have counted at their first rule, both families together.
   *
   * @return read now
   */
  Counts counts();

  /**
   * Counters of counting chains.
   *
   * @param standing chains that are in the kernel now
   * @param gone the last word on chains that commits have deleted since the last call; a commit
   *     takes them off their way first and deletes them once they are read
   */
  record Counts(Map<Chain, KernelCount> standing, Map<Chain, KernelCount> gone) {
    /** Copies. */
    public Counts {
      standing = Map.copyOf(standing);
      gone = Map.copyOf(gone);
    }
  }
}
