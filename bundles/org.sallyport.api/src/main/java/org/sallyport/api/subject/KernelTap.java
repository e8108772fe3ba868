// SPDX-License-Identifier: Apache-2.0
package org.sallyport.api.subject;

import java.io.IOException;
import java.util.Optional;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * A program in the kernel that sees each packet right before it is queued and tells a {@link
 * SubjectSource} about it. It has no say in what becomes of the packet: it stands in a rule without
 * a target. Asked by the control thread alone.
 */
@ConsumerType
public interface KernelTap {

  /**
   * Where the program is pinned in a BPF file system, for the match {@code bpf} of
   * iptables-extensions(8). Pins it anew if somebody took the pin away. Whoever writes the rule
   * takes pins away that no rule names any more.
   *
   * @return an absolute path, the same for the life of the source
   * @throws IOException if it cannot be pinned; packets then go by without
   */
  String pinned() throws IOException;

  /**
   * Where a second program is pinned that matches packets whose sender was proven to be allowed,
   * see {@link SubjectLookup#prove}: what it matches need not be queued. Pins it anew if somebody
   * took the pin away.
   *
   * @return an absolute path, the same for the life of the source; empty if there is none
   * @throws IOException if it cannot be pinned; all packets are queued then
   */
  default Optional<String> pinnedProof() throws IOException {
    return Optional.empty();
  }

  /**
   * Voids all proofs there are, and those still to be given for an epoch that was read before.
   * Called whenever the policy has changed, after it was published and before the kernel's rules
   * follow it.
   *
   * @throws IOException if they may stand; then no rule may ask for them any more
   */
  default void voidProofs() throws IOException {}

  /**
   * Tells whether packets are asked for their proof now.
   *
   * @param stands whether a rule does
   */
  default void proofInForce(boolean stands) {}

  /**
   * Tells whether packets pass the program now.
   *
   * @param stands whether a rule leads them there
   */
  void inForce(boolean stands);

  /**
   * Tells whether packets may pass the program and then neither come out of the queue nor be
   * counted as lost: a full queue lets them go on (NFQA_CFG_F_FAIL_OPEN of
   * linux/netfilter/nfnetlink_queue.h), or nobody listens. Told before that begins, and after it
   * has ended.
   *
   * @param passes whether they may; false until told
   */
  default void passesUnseen(boolean passes) {}
}
