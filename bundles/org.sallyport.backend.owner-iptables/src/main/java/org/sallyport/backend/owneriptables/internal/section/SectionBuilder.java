// SPDX-License-Identifier: Apache-2.0
package org.sallyport.backend.owneriptables.internal.section;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.sallyport.api.decision.KernelProgram;
import org.sallyport.api.decision.KernelStep;
import org.sallyport.api.decision.Verdict;
import org.sallyport.api.packet.Direction;
import org.sallyport.backend.owneriptables.internal.atom.Atom;
import org.sallyport.backend.owneriptables.internal.atom.Dimension;
import org.sallyport.backend.owneriptables.internal.atom.TooManyAtomsException;
import org.sallyport.backend.owneriptables.internal.tree.Chains;
import org.sallyport.backend.owneriptables.internal.tree.Miss;
import org.sallyport.backend.owneriptables.internal.tree.Printer;
import org.sallyport.backend.owneriptables.internal.tree.TreeBuilder;
import org.sallyport.netfilter.Chain;
import org.sallyport.netfilter.ChainSpec;
import org.sallyport.netfilter.CtState;
import org.sallyport.netfilter.Family;
import org.sallyport.netfilter.Match;
import org.sallyport.netfilter.Protocol;
import org.sallyport.netfilter.Rule;
import org.sallyport.netfilter.Target;
import org.sallyport.netfilter.frame.Outcome;
import org.sallyport.netfilter.frame.Section;

/**
 * Writes a program as a section of the frame. In the direction out, packets whose destination was
 * rewritten have a tree of their own, where the tests on the remote end look at what the program
 * asked for; without such tests one tree serves both.
 */
public final class SectionBuilder {

  /**
   * nf_tables refuses a way of 16 chains, those gone to among them (NFT_JUMP_STACK_SIZE,
   * net/netfilter/nf_tables.h); the frame and the chain of a rule take five.
   */
  static final int MOST_CHAINS = 10;

  private static final int DEEPEST_TREE = 9;

  private static final Chain ARRIVED = new Chain(Chain.PREFIX + "TI-END");
  private static final List<Protocol> WITH_PORTS =
      List.of(Protocol.TCP, Protocol.UDP, Protocol.UDPLITE, Protocol.SCTP);

  private final KernelProgram program;
  private final RuleNames names;
  private final boolean followed;
  private final Map<Direction, Chain> entries = new EnumMap<>(Direction.class);
  private final List<ChainSpec> specs = new ArrayList<>();

  private SectionBuilder(KernelProgram program, RuleNames names, boolean followed) {
    this.program = program;
    this.names = names;
    this.followed = followed;
  }

  /**
   * The section of a program.
   *
   * @param program every step one that this backend can express
   * @param names of all its rules
   * @param hooked the directions that are judged
   * @param followed whether another backend takes what this one passes on
   * @return the section
   * @throws TooLargeException if it would be too large; the message names the rule
   */
  public static Section.Rules of(
      KernelProgram program, RuleNames names, Set<Direction> hooked, boolean followed)
      throws TooLargeException {
    SectionBuilder builder = new SectionBuilder(program, names, followed);
    for (Direction direction : EnumSet.copyOf(hooked)) {
      builder.tree(direction);
    }
    for (Direction direction : EnumSet.copyOf(hooked)) {
      builder.countingChains(direction);
    }
    return new Section.Rules(builder.entries, builder.specs);
  }

  private void tree(Direction direction) throws TooLargeException {
    Map<Chain, List<Rule>> all = new LinkedHashMap<>();
    for (Family family : Family.values()) {
      checked(direction, family)
          .forEach(
              (chain, rules) -> all.computeIfAbsent(chain, c -> new ArrayList<>()).addAll(rules));
    }
    entries.put(direction, all.keySet().iterator().next());
    all.forEach((chain, rules) -> specs.add(new ChainSpec(chain, rules)));
  }

  private Map<Chain, List<Rule>> checked(Direction direction, Family family)
      throws TooLargeException {
    try {
      return tree(direction, family);
    } catch (TooManyAtomsException e) {
      List<KernelStep> steps = program.steps().get(direction);
      throw new TooLargeException(
          steps.get(steps.size() - 1).ruleId(),
          "the policy is too large: "
              + e.getMessage()
              + "; leave fewer values out (!), or use nfqueue for some of its rules",
          e);
    }
  }

  private Map<Chain, List<Rule>> tree(Direction direction, Family family) throws TooLargeException {
    List<Atom> atoms = DirectionAtoms.of(program.steps().get(direction), direction, family, names);
    Chains chains = tree(direction, family, atoms, DEEPEST_TREE);
    for (int depth = DEEPEST_TREE - 1; depth >= 0 && chains.longestWay() > MOST_CHAINS; depth--) {
      chains = tree(direction, family, atoms, depth);
    }
    return chains.all();
  }

  private Chains tree(Direction direction, Family family, List<Atom> atoms, int depth) {
    Chains chains = new Chains(stem(direction));
    Chain entry = chains.open();
    Miss miss = miss(direction);
    if (direction == Direction.OUT && atoms.stream().anyMatch(SectionBuilder::asksRemote)) {
      Chain rewritten = chains.open();
      Match dnat = new Match.CtStates(Set.of(CtState.DNAT));
      chains.add(entry, Rule.of(new Target.GoTo(rewritten), dnat).only(family));
      new TreeBuilder(chains, new Printer(direction, family, true), depth)
          .fill(rewritten, atoms, miss);
    }
    new TreeBuilder(chains, new Printer(direction, family, false), depth).fill(entry, atoms, miss);
    return chains;
  }

  private static boolean asksRemote(Atom atom) {
    return atom.box().side(Dimension.REMOTE).isPresent()
        || atom.box().side(Dimension.REMOTE_PORT).isPresent();
  }

  private static String stem(Direction direction) {
    return Chain.PREFIX
        + switch (direction) {
          case OUT -> "TO";
          case IN -> "TI";
          case FORWARD -> "TF";
        };
  }

  /** What the kernel made itself passes where no step decides. */
  private Miss miss(Direction direction) {
    Verdict verdict = program.defaults().get(direction);
    Outcome outcome =
        switch (verdict) {
          case ALLOW -> Outcome.ALLOW;
          case DENY -> Outcome.DENY;
          case REJECT -> Outcome.REJECT;
        };
    if (direction == Direction.IN && verdict != Verdict.ALLOW) {
      return Miss.to(followed ? Outcome.PASS_ON.chain(direction) : arrived(outcome));
    }
    boolean apart = direction == Direction.OUT && verdict != Verdict.ALLOW;
    return new Miss(
        outcome.chain(direction),
        apart ? Optional.of(Outcome.ALLOW.chain(direction)) : Optional.empty());
  }

  /**
   * Who receives what arrives, a program or the kernel, iptables does not see. What has no port is
   * the kernel's, which gets its packets whatever the default is; ports are taken for programs'.
   */
  private Chain arrived(Outcome outcome) {
    Chain refuse = outcome.chain(Direction.IN);
    List<Rule> rules = new ArrayList<>();
    for (Protocol withPorts : WITH_PORTS) {
      rules.add(Rule.of(new Target.GoTo(refuse), new Match.OfProtocol(withPorts)));
    }
    rules.add(Rule.of(new Target.GoTo(Outcome.ALLOW.chain(Direction.IN))));
    if (specs.stream().noneMatch(spec -> spec.chain().equals(ARRIVED))) {
      specs.add(new ChainSpec(ARRIVED, rules));
    }
    return ARRIVED;
  }

  private void countingChains(Direction direction) {
    for (KernelStep step : program.steps().get(direction)) {
      if (step instanceof KernelStep.Decide decide) {
        specs.add(CountingChains.of(decide, direction, names));
      }
    }
  }
}
