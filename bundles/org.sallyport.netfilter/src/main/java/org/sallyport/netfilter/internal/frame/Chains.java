// SPDX-License-Identifier: Apache-2.0
package org.sallyport.netfilter.internal.frame;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.sallyport.api.packet.Direction;
import org.sallyport.netfilter.BaseChain;
import org.sallyport.netfilter.BaseJump;
import org.sallyport.netfilter.Chain;
import org.sallyport.netfilter.ChainSpec;
import org.sallyport.netfilter.CtDirection;
import org.sallyport.netfilter.Match;
import org.sallyport.netfilter.Rule;
import org.sallyport.netfilter.RuleSet;
import org.sallyport.netfilter.Table;
import org.sallyport.netfilter.TableRules;
import org.sallyport.netfilter.Target;

/**
 * All our rules, in the order a packet meets them: every claim is taken away, filter proves,
 * refuses or queues, the gate keeps back what has no proof. Why each rule is where it is stands in
 * the bundle's README.
 *
 * <pre>
 *             claims taken away   judged          the gate, and what is remembered
 *   out       raw OUTPUT          filter OUTPUT   mangle POSTROUTING
 *   in        mangle INPUT        filter INPUT    security INPUT
 *   forward   mangle FORWARD      filter FORWARD  security FORWARD; mangle POSTROUTING remembers
 * </pre>
 *
 * <p>Only filter knows generation and sections, so a change of either is one commit of one table.
 */
final class Chains {

  static final Chain OUT = new Chain("SALLYPORT-OUT");
  static final Chain GATE = new Chain("SALLYPORT-GATE");
  static final String LOOPBACK = "lo";

  private static final Chain MARK = new Chain("SALLYPORT-MARK");
  private static final Chain CUT = new Chain("SALLYPORT-CUT");
  private static final Chain MARK_IN = new Chain("SALLYPORT-MARK-IN");
  private static final Chain MARK_FORWARD = new Chain("SALLYPORT-MARK-FWD");
  private static final Chain GATE_IN = new Chain("SALLYPORT-GATE-IN");
  private static final Chain GATE_FORWARD = new Chain("SALLYPORT-GATE-FWD");

  private final ChainOrder order;
  private final ProofMarks marks;
  private final Map<Table, List<ChainSpec>> chains = new EnumMap<>(Table.class);
  private final Map<Table, List<BaseJump>> jumps = new EnumMap<>(Table.class);

  private Chains(ChainOrder order) {
    this.order = order;
    this.marks = ProofMarks.of(order);
  }

  /**
   * The rules of an order.
   *
   * @param order what they depend on
   * @return our chains of all tables
   */
  static RuleSet of(ChainOrder order) {
    Chains all = new Chains(order);
    all.takeClaimsAway();
    all.judge();
    all.keepBack();
    Map<Table, TableRules> tables = new EnumMap<>(Table.class);
    all.chains.forEach(
        (table, specs) -> tables.put(table, new TableRules(specs, all.jumps.get(table))));
    return new RuleSet(tables);
  }

  private void add(Table table, ChainSpec chain) {
    chains.computeIfAbsent(table, key -> new ArrayList<>()).add(chain);
    jumps.computeIfAbsent(table, key -> new ArrayList<>());
  }

  private void enter(Table table, BaseChain from, Chain chain, List<Rule> rules) {
    if (!rules.isEmpty()) {
      add(table, new ChainSpec(chain, rules));
      jumps.get(table).add(new BaseJump(from, chain));
    }
  }

  /** A program's own SO_MARK never counts, and neither does what loopback or a peer's host set. */
  private void takeClaimsAway() {
    Rule undecided = Rule.of(new Target.SetMark(marks.undecided()));
    if (order.judges(Direction.OUT)) {
      enter(Table.RAW, BaseChain.OUTPUT, MARK, List.of(undecided));
    }
    boolean cuts = !order.opensWithoutListener();
    List<Rule> arriving = new ArrayList<>(cuts ? List.of(cut(marks)) : List.of());
    List<Rule> passing = new ArrayList<>(arriving);
    if (order.judges(Direction.IN)) {
      arriving.add(undecided);
    }
    enter(Table.MANGLE, BaseChain.INPUT, order.judges(Direction.IN) ? MARK_IN : CUT, arriving);
    if (order.judges(Direction.FORWARD)) {
      passing.add(undecided);
      enter(Table.MANGLE, BaseChain.FORWARD, MARK_FORWARD, passing);
    }
  }

  /**
   * The answers of a flow that ran and may run no longer: the verdict on it was taken back in both
   * directions. Its own packets are judged anew, so a policy that allows it again is enough.
   */
  static Rule cut(ProofMarks marks) {
    return Rule.of(
            Target.Verdict.DROP,
            new Match.ConnMark(marks.anyRefused()),
            new Match.CtWay(CtDirection.REPLY))
        .commented("its flow was revoked");
  }

  private void judge() {
    for (Direction direction : Direction.values()) {
      if (order.judges(direction)) {
        DirectionChain chain = new DirectionChain(order, direction);
        ChainSpec entered = chain.entered();
        enter(Table.FILTER, chain.base(), entered.chain(), entered.rules());
        chain.others().forEach(spec -> add(Table.FILTER, spec));
      }
    }
    add(Table.FILTER, DirectionChain.refuse());
    SectionChains.inUse(order).forEach(spec -> add(Table.FILTER, spec));
  }

  /** Keeps back what came around filter, and remembers what was proven. */
  private void keepBack() {
    List<Rule> gate = order.opensWithoutListener() ? List.of() : List.of(gate());
    List<Rule> leaving = new ArrayList<>(gate);
    leaving.add(remember(Direction.OUT));
    enter(Table.MANGLE, BaseChain.POSTROUTING, GATE, leaving);
    if (order.judges(Direction.IN)) {
      List<Rule> arriving = new ArrayList<>(gate);
      arriving.add(remember(Direction.IN));
      enter(Table.SECURITY, BaseChain.INPUT, GATE_IN, arriving);
    }
    if (order.judges(Direction.FORWARD)) {
      enter(Table.SECURITY, BaseChain.FORWARD, GATE_FORWARD, gate);
    }
  }

  private Rule gate() {
    return Rule.of(Target.Verdict.DROP, new Match.PacketMark(marks.anyUndecided()))
        .commented("the gate");
  }

  private Rule remember(Direction direction) {
    return Rule.of(
        new Target.SaveMark(marks.kept(), marks.ours()),
        new Match.PacketMark(marks.anyProof(direction)));
  }
}
