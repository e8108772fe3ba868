// SPDX-License-Identifier: Apache-2.0
package org.sallyport.netfilter.internal.frame;

import static org.sallyport.netfilter.Match.not;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import org.sallyport.api.backend.Mode;
import org.sallyport.api.packet.Direction;
import org.sallyport.netfilter.Chain;
import org.sallyport.netfilter.ChainSpec;
import org.sallyport.netfilter.CtDirection;
import org.sallyport.netfilter.CtState;
import org.sallyport.netfilter.Match;
import org.sallyport.netfilter.OwnerMatch;
import org.sallyport.netfilter.OwnerMatch.SocketExists;
import org.sallyport.netfilter.OwnerMatch.UidRange;
import org.sallyport.netfilter.Protocol;
import org.sallyport.netfilter.Rule;
import org.sallyport.netfilter.Target;
import org.sallyport.netfilter.frame.Outcome;
import org.sallyport.netfilter.frame.Section;

/**
 * Who decides the packets of one direction that are none of the exempt: the rules of a section, the
 * queue, or both, one after the other. Where there is neither, nobody has allowed a packet.
 */
final class Decisions {

  private final ChainOrder order;
  private final Direction direction;
  private final ProofMarks marks;
  private final Proofs proofs;
  private final Optional<Section.Rules> section;

  Decisions(ChainOrder order, Direction direction) {
    this.order = order;
    this.direction = direction;
    this.marks = ProofMarks.of(order);
    this.proofs = new Proofs(order, direction);
    this.section = order.rules(direction);
  }

  /**
   * What a program sends to another host, and nobody has judged: most of what leaves. Of all that
   * stands between the begin of the chain and the section, only the exemption of DHCP could speak
   * of it: the others ask for a mark that was set, an answer, loopback, or no owner. Whatever this
   * rule cannot tell, such as a packet without conntrack, takes the whole way.
   */
  List<Rule> shortcut() {
    if (section.isEmpty() || direction != Direction.OUT) {
      return List.of();
    }
    List<Match> matches =
        new ArrayList<>(
            List.of(
                new Match.PacketMark(marks.undecided()),
                new UidRange(0, OwnerMatch.ID_MAX),
                new Match.CtWay(CtDirection.ORIGINAL)));
    if (!order.loopback()) {
      matches.add(not(new Match.OutInterface(Chains.LOOPBACK)));
    }
    return List.of(Rule.of(new Target.GoTo(owned()), matches.toArray(Match[]::new)));
  }

  private List<Rule> ownedRules() {
    List<Rule> rules =
        new ArrayList<>(SafeSet.dhcpOfRoot(new Target.GoTo(DirectionChain.safe(direction))));
    rules.addAll(askSection());
    return rules;
  }

  /**
   * What knows running flows ahead of everything else. Where rules decide, they see each packet of
   * a running flow: their counters are exact, and a new policy needs no flow to be looked for.
   */
  List<Rule> ahead() {
    return section.isEmpty() ? knownToTheQueue() : List.of();
  }

  /** The end of the chain that packets enter. */
  List<Rule> rules() {
    if (section.isEmpty()) {
      return lastResort();
    }
    List<Rule> rules = new ArrayList<>();
    if (direction == Direction.OUT) {
      rules.add(
          Rule.of(
              new Target.GoTo(orphans()),
              new Match.OfProtocol(Protocol.TCP),
              not(new SocketExists())));
    }
    rules.addAll(askSection());
    return rules;
  }

  /** The chains that {@link #rules} and the section's own lead to, and the section's own. */
  List<ChainSpec> chains() {
    if (section.isEmpty()) {
      return List.of();
    }
    List<ChainSpec> chains = new ArrayList<>();
    if (direction == Direction.OUT) {
      chains.add(new ChainSpec(owned(), ownedRules()));
      chains.add(new ChainSpec(orphans(), orphanRules()));
    }
    chains.add(chain(Outcome.ALLOW, proofs.given()));
    chains.add(chain(Outcome.DENY, List.of(refusing(Rule.of(Target.Verdict.DROP)))));
    chains.add(
        chain(Outcome.REJECT, List.of(refusing(Rule.of(new Target.GoTo(DirectionChain.REFUSE))))));
    chains.add(chain(Outcome.PASS_ON, passedOn()));
    return chains;
  }

  private ChainSpec chain(Outcome outcome, List<Rule> rules) {
    return new ChainSpec(outcome.chain(direction), rules);
  }

  /** While observing, what would be refused passes. */
  private Rule refusing(Rule refusal) {
    return order.mode() == Mode.ENFORCE
        ? refusal
        : Rule.of(new Target.GoTo(Outcome.ALLOW.chain(direction)));
  }

  /**
   * The section's rules are called and not gone to, so that a way that runs out of them comes back
   * here. What they allowed comes back too, and goes on to the rules of others.
   */
  private List<Rule> askSection() {
    return List.of(
        Rule.of(new Target.JumpTo(section.orElseThrow().entries().get(direction))),
        Rule.of(
            new Target.GoTo(Outcome.PASS_ON.chain(direction)),
            not(new Match.PacketMark(marks.anyProof(direction)))));
  }

  private Chain owned() {
    return new Chain(DirectionChain.chain(direction).name() + "-OWNED");
  }

  private Chain orphans() {
    return new Chain(DirectionChain.chain(direction).name() + "-ORPHAN");
  }

  /**
   * What a program left behind when it closed a connection: the kernel goes on sending, and no
   * socket tells whose it was. It may end if it was allowed in this generation. Otherwise a rule on
   * users or groups would be asked about somebody it cannot see.
   */
  private List<Rule> orphanRules() {
    List<Rule> rules = new ArrayList<>();
    boolean needsListener = order.queue().isPresent() && order.queuesEstablished();
    if (!needsListener) {
      rules.addAll(proofs.ofRunningConnections());
      rules.add(returnProven());
    }
    if (order.queue().isPresent()) {
      rules.add(Rule.of(new Target.GoTo(Outcome.PASS_ON.chain(direction))));
    } else if (order.refusesTheUnknown()) {
      rules.add(Rule.of(Target.Verdict.DROP).commented("nobody knows whose it was"));
    } else {
      rules.addAll(askSection());
    }
    return rules;
  }

  private List<Rule> passedOn() {
    if (order.queue().isEmpty()) {
      return List.of(refusing(Rule.of(Target.Verdict.DROP)));
    }
    List<Rule> rules = new ArrayList<>(knownToTheQueue());
    if (!rules.isEmpty()) {
      rules.add(returnProven());
    }
    rules.addAll(lastResort());
    return rules;
  }

  private Rule returnProven() {
    return Rule.of(Target.Verdict.RETURN, new Match.PacketMark(marks.anyProof(direction)));
  }

  private List<Rule> knownToTheQueue() {
    return order.queue().isEmpty() || order.queuesEstablished() ? List.of() : proofs.ofRunning();
  }

  /** The queue; without one nobody allows anything, and while observing nobody refuses it. */
  private List<Rule> lastResort() {
    if (order.queue().isEmpty()) {
      return order.mode() == Mode.ENFORCE
          ? List.of(Rule.of(Target.Verdict.DROP).commented("nobody decides this direction"))
          : proofs.given();
    }
    List<Rule> rules = new ArrayList<>(proofs.given());
    rules.set(0, rules.get(0).commented("counts only if the queue lets it go on"));
    if (direction == Direction.OUT) {
      rules.add(rewritten());
      order.queue().get().tap().ifPresent(pin -> rules.add(tap(pin)));
    }
    rules.add(Rule.of(queue(order.queue().get().number())));
    return rules;
  }

  /**
   * nat OUTPUT comes before filter: what a rule there rewrote shows where it goes, not what its
   * program asked for, and whoever judges it must know that.
   */
  private Rule rewritten() {
    return Rule.of(
            new Target.SetMark(marks.rewritten()),
            new Match.CtStates(EnumSet.of(CtState.DNAT)),
            new Match.CtWay(CtDirection.ORIGINAL))
        .commented("not what was asked for");
  }

  /** Right before the queue, so that each packet that is queued passes it exactly once. */
  private static Rule tap(String pin) {
    return Rule.of(new Target.Count(), new Match.PinnedProgram(pin)).commented("tells who sent it");
  }

  private Target queue(int number) {
    return new Target.Queue(
        number,
        number,
        order.opensWithoutListener() ? Target.WhenUnbound.PASS : Target.WhenUnbound.DROP);
  }
}
