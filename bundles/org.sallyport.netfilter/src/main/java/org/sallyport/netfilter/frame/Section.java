// SPDX-License-Identifier: Apache-2.0
package org.sallyport.netfilter.frame;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.sallyport.api.packet.Direction;
import org.sallyport.netfilter.Chain;
import org.sallyport.netfilter.ChainSpec;

/** What one backend puts into the frame. Immutable. */
public sealed interface Section {

  /**
   * Everything that gets here is queued; running TCP connections that were judged under the order's
   * generation are let go on ahead of the queue.
   *
   * @param number the NFQUEUE number, 0 to 65535
   * @param tap where a program is pinned that is to see what leaves right before it is queued, by a
   *     rule of its own without a target; see {@link org.sallyport.netfilter.Match.PinnedProgram}
   * @param proof where a program is pinned that matches datagrams whose sender was proven to be
   *     allowed: while enforcing these go on ahead of the queue, unless established flows need a
   *     listener
   */
  record Queue(int number, Optional<String> tap, Optional<String> proof) implements Section {
    /** Refuses null. */
    public Queue {
      Objects.requireNonNull(tap, "tap");
      Objects.requireNonNull(proof, "proof");
    }

    /**
     * A queue without programs.
     *
     * @param number the NFQUEUE number, 0 to 65535
     */
    public Queue(int number) {
      this(number, Optional.empty(), Optional.empty());
    }
  }

  /**
   * Rules of table filter that decide packets in the kernel. Every packet of the direction that is
   * not answer, safe set or loopback enters; each way through ends with {@link
   * org.sallyport.netfilter.Target.GoTo} to an {@link Outcome} of the direction. One that runs out
   * of rules counts as {@link Outcome#PASS_ON}. Of what leaves, TCP without a socket does not
   * enter: no rule on owners could be asked about it. One section a direction, ahead of the queue.
   *
   * @param entries the chain that packets enter, for each direction this section decides in
   * @param chains all chains of the section, for both families; {@link ChainSpec#counting} ones
   *     keep their counters from commit to commit; those that no entry of a judged direction leads
   *     to are left out
   */
  record Rules(Map<Direction, Chain> entries, List<ChainSpec> chains) implements Section {
    /** Copies. */
    public Rules {
      entries = Map.copyOf(entries);
      chains = List.copyOf(chains);
    }
  }
}
