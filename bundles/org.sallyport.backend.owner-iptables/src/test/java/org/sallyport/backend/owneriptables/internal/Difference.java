// SPDX-License-Identifier: Apache-2.0
package org.sallyport.backend.owneriptables.internal;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.sallyport.api.backend.BackendException;
import org.sallyport.api.decision.FlowTest;
import org.sallyport.api.decision.KernelProgram;
import org.sallyport.api.decision.KernelStep;
import org.sallyport.api.packet.Direction;
import org.sallyport.backend.owneriptables.internal.section.RuleNames;
import org.sallyport.backend.owneriptables.internal.section.SectionBuilder;
import org.sallyport.backend.owneriptables.internal.section.SectionFigures;
import org.sallyport.netfilter.Chain;
import org.sallyport.netfilter.frame.Section;

/** Compares chains with the program they were made of; a difference is shrunk before it is told. */
final class Difference {

  private final KernelProgram program;
  private final RuleNames names;
  private final Simulator simulator;

  Difference(KernelProgram program, Section.Rules section) {
    this.program = program;
    this.names = names(program);
    this.simulator = new Simulator(section);
  }

  static RuleNames names(KernelProgram program) {
    return new RuleNames(
        program.steps().values().stream().flatMap(List::stream).map(KernelStep::ruleId).toList());
  }

  /** Empty if the backend refuses the program as too large. */
  static Optional<Section.Rules> section(KernelProgram program) {
    try {
      return Optional.of(
          SectionBuilder.of(program, names(program), EnumSet.allOf(Direction.class), false));
    } catch (BackendException e) {
      return Optional.empty();
    }
  }

  private static Optional<String> of(KernelProgram program, SimPacket packet) {
    return section(program).flatMap(section -> new Difference(program, section).at(packet));
  }

  /** A sentence if the chains do something else with a packet than the program says. */
  Optional<String> at(SimPacket packet) {
    Reference.Answer wanted = Reference.answer(program, packet);
    Simulator.Walk walk = simulator.walk(packet);
    List<Chain> counting = wanted.matched().stream().map(names::chain).toList();
    String end = wanted.outcome().chain(packet.direction()).name();
    return walk.end().equals(end) && walk.counted().equals(counting)
        ? Optional.empty()
        : Optional.of("wanted " + wanted + ", got " + walk);
  }

  /** The smallest program around this one that still differs for the packet, with its chains. */
  static String shrunk(KernelProgram program, SimPacket packet) {
    KernelProgram small = program;
    boolean smaller = true;
    while (smaller) {
      smaller = false;
      for (KernelProgram candidate : smaller(small, packet.direction())) {
        if (of(candidate, packet).isPresent()) {
          small = candidate;
          smaller = true;
          break;
        }
      }
    }
    return of(small, packet).orElse("")
        + "\n"
        + packet
        + "\n"
        + small
        + "\n"
        + String.join("\n", SectionFigures.lines(section(small).orElseThrow()));
  }

  private static List<KernelProgram> smaller(KernelProgram program, Direction direction) {
    List<KernelProgram> smaller = new ArrayList<>();
    for (Direction other : Direction.values()) {
      if (other != direction && !program.steps().get(other).isEmpty()) {
        smaller.add(with(program, other, List.of()));
      }
    }
    List<KernelStep> steps = program.steps().get(direction);
    for (int i = 0; i < steps.size(); i++) {
      List<KernelStep> fewer = new ArrayList<>(steps);
      KernelStep step = fewer.remove(i);
      smaller.add(with(program, direction, fewer));
      for (FlowTest test : step.tests()) {
        List<FlowTest> tests = new ArrayList<>(step.tests());
        tests.remove(test);
        List<KernelStep> simpler = new ArrayList<>(steps);
        simpler.set(
            i,
            step instanceof KernelStep.Decide decide
                ? new KernelStep.Decide(step.ruleId(), decide.action(), tests)
                : new KernelStep.PassOn(step.ruleId(), tests, "chance"));
        smaller.add(with(program, direction, simpler));
      }
    }
    return smaller;
  }

  private static KernelProgram with(
      KernelProgram program, Direction direction, List<KernelStep> steps) {
    Map<Direction, List<KernelStep>> changed = new EnumMap<>(program.steps());
    changed.put(direction, steps);
    return new KernelProgram(changed, program.defaults());
  }
}
