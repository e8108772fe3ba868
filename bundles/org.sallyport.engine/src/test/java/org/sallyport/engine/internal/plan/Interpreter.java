// SPDX-License-Identifier: Apache-2.0
package org.sallyport.engine.internal.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.sallyport.api.decision.FlowTest;
import org.sallyport.api.decision.KernelProgram;
import org.sallyport.api.decision.KernelStep;
import org.sallyport.api.decision.Verdict;
import org.sallyport.api.packet.Flow;
import org.sallyport.api.subject.Fact;
import org.sallyport.engine.internal.plan.PlanFlows.Packet;

/** Carries a program out the way its documentation says, as plainly as can be. */
final class Interpreter {

  /**
   * What became of a packet: a verdict and the rule behind it, or no verdict and who has it now.
   */
  record Outcome(Optional<Verdict> verdict, Optional<String> ruleId, List<String> logged) {}

  private Interpreter() {}

  static Outcome run(KernelProgram program, Packet packet) {
    List<String> logged = new ArrayList<>();
    for (KernelStep step : program.steps().get(packet.flow().direction())) {
      if (!step.tests().stream().allMatch(test -> holds(test, packet))) {
        continue;
      }
      Optional<String> rule = Optional.of(step.ruleId());
      if (step instanceof KernelStep.PassOn) {
        return new Outcome(Optional.empty(), rule, logged);
      }
      switch (((KernelStep.Decide) step).action()) {
        case ALLOW -> {
          return new Outcome(Optional.of(Verdict.ALLOW), rule, logged);
        }
        case DENY -> {
          return new Outcome(Optional.of(Verdict.DENY), rule, logged);
        }
        case REJECT -> {
          return new Outcome(Optional.of(Verdict.REJECT), rule, logged);
        }
        case LOG -> logged.add(step.ruleId());
        case ASK -> throw new AssertionError("a kernel asks nobody");
      }
    }
    Verdict otherwise =
        packet.kernelMade() ? Verdict.ALLOW : program.defaults().get(packet.flow().direction());
    return new Outcome(Optional.of(otherwise), Optional.empty(), logged);
  }

  private static boolean holds(FlowTest test, Packet packet) {
    Optional<Boolean> any = anyHolds(test, packet);
    return any.isPresent() && any.get() != test.negated(); // what is absent holds neither way
  }

  private static Optional<Boolean> anyHolds(FlowTest test, Packet packet) {
    Flow flow = packet.flow();
    if (test instanceof FlowTest.Owner owner) {
      return owned(owner, packet);
    }
    if (test instanceof FlowTest.Protocols protocols) {
      return Optional.of(protocols.numbers().contains(flow.protocol()));
    }
    if (test instanceof FlowTest.Networks networks) {
      boolean local = networks.end() == FlowTest.End.LOCAL;
      long high = local ? flow.localHigh() : flow.remoteHigh();
      long low = local ? flow.localLow() : flow.remoteLow();
      return Optional.of(networks.networks().stream().anyMatch(one -> one.contains(high, low)));
    }
    if (test instanceof FlowTest.Ports ports) {
      int port = ports.end() == FlowTest.End.LOCAL ? flow.localPort() : flow.remotePort();
      return flow.hasPorts()
          ? Optional.of(
              ports.ranges().stream().anyMatch(one -> one.first() <= port && port <= one.last()))
          : Optional.empty();
    }
    if (test instanceof FlowTest.Interfaces interfaces) {
      return Optional.of(interfaces.names().contains(flow.interfaceName()));
    }
    FlowTest.IcmpTypes types = (FlowTest.IcmpTypes) test;
    Set<Integer> own = flow.protocol() == 1 ? types.v4() : types.v6();
    return flow.hasIcmpType() ? Optional.of(own.contains(flow.icmpType())) : Optional.empty();
  }

  private static Optional<Boolean> owned(FlowTest.Owner owner, Packet packet) {
    Fact<Long> fact = owner.kind() == FlowTest.IdKind.USER ? packet.user() : packet.group();
    return fact instanceof Fact.Known<Long> known
        ? Optional.of(
            owner.ranges().stream()
                .anyMatch(one -> one.first() <= known.value() && known.value() <= one.last()))
        : Optional.empty();
  }
}
