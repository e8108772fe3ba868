// SPDX-License-Identifier: Apache-2.0
package org.sallyport.netfilter;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.osgi.annotation.versioning.ProviderType;
import org.sallyport.api.backend.KernelCount;

/**
 * The one writer of iptables, for both families. It writes with the variant of iptables that the
 * host uses, found at the first call and kept: the one that holds foreign rules; if both or none
 * do, the one that {@code iptables} stands for; a setting can force it. All methods block for
 * milliseconds to seconds (each starts processes) and are called by one thread only, the control
 * thread. All throw {@link NetfilterException}.
 */
@ProviderType
public interface Netfilter {

  /**
   * The families rules are written for.
   *
   * @return both, or IPv4 alone on a kernel without IPv6
   */
  Set<Family> families();

  /**
   * Which variant our rules are written with, and what the other holds.
   *
   * @return read anew as far as the kernel does not say that nothing has changed
   */
  VariantUse variant();

  /**
   * Makes the named tables hold exactly these chains of ours, and reads them back. Each table of
   * each family changes in one step; between the steps the caller's order decides what holds, so
   * arming ends with the gate and disarming begins with it. Chains of ours that the set does not
   * name are deleted from the named tables; other tables and foreign rules stay as they are. Jumps
   * are written only where they are missing, doubled or not first.
   *
   * <p>{@link ChainSpec#counting} chains that stand as wanted are left alone, so their counters go
   * on. Those that are no longer wanted are taken off their way in the same step as everything
   * else, read, and deleted in a step after it; {@link #takeGone} tells what they had counted.
   *
   * <p>Rules of ours in the variant that is not used are deleted after a commit whose order names
   * every table the set describes, never before: until then both refuse. That this failed is no
   * failure of the commit; {@link #variant} tells.
   *
   * <p>If this throws, tables at the front of the order may already be changed, and {@link
   * #unfinished} tells so until a later commit or removal succeeds. Calling again is always safe.
   *
   * @param rules what to hold
   * @param order the tables to commit, each once
   */
  void commit(RuleSet rules, List<Table> order);

  /**
   * Deletes all our chains and the jumps to them in both variants, in the order gate first: mangle,
   * security, filter, raw. A chain that a foreign rule leads into is emptied and reported by an
   * exception of kind {@code FOREIGN_REFERENCE} after everything else is gone.
   */
  void remove();

  /**
   * The last word on counting chains that commits and removals have deleted, exact to the packet.
   *
   * @return both families together; since the last call, which had the earlier ones
   */
  Map<Chain, KernelCount> takeGone();

  /**
   * Reads all tables of all families in the variant our rules are written with, with counters.
   *
   * @return what stands in the kernel now
   */
  KernelState read();

  /**
   * Reads the variant our rules are not written with: an earlier daemon may have used it.
   *
   * @return what stands there; no family if it is not installed or cannot be read
   */
  KernelState readOther();

  /**
   * Reads all tables and compares what is ours with a rule set; a table the set does not name must
   * hold nothing of ours, and so must the other variant as far as it could be cleared.
   *
   * @param rules what should be there
   * @return the differences
   */
  Verification verify(RuleSet rules);

  /**
   * Like {@link #verify}, but starts no process while the kernel says that nobody has changed
   * nf_tables since the rules were last found whole, for at most 30 seconds. With iptables-legacy,
   * which counts nothing, it is the same as verify.
   *
   * @param rules what should be there
   * @return the differences
   */
  Verification watch(RuleSet rules);

  /**
   * A change that was begun and never seen to its end.
   *
   * @return empty if the last change was read back
   */
  Optional<JournalEntry> unfinished();

  /**
   * Looks for foreign users of mark bits: policy routing and foreign rules of both variants. Rules
   * made with {@code nft} alone are not seen.
   *
   * @param mask the bits we want, 0 to 0xffffffff
   * @return everybody whose bits overlap
   */
  List<MarkConflict> markConflicts(long mask);
}
