// SPDX-License-Identifier: Apache-2.0
package org.sallyport.backend.owneriptables.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import org.sallyport.api.decision.FlowTest;
import org.sallyport.api.decision.KernelProgram;
import org.sallyport.api.decision.KernelStep;
import org.sallyport.api.decision.Verdict;
import org.sallyport.api.packet.IpAddress;
import org.sallyport.api.packet.IpProtocol;
import org.sallyport.api.rule.Action;
import org.sallyport.netfilter.frame.Outcome;

/** What a program says about a packet, read step by step. */
final class Reference {

  /** The outcome, and the rules that matched on the way, in order. */
  record Answer(Outcome outcome, List<String> matched) {}

  private Reference() {}

  static Answer answer(KernelProgram program, SimPacket packet) {
    List<String> matched = new ArrayList<>();
    for (KernelStep step : program.steps().get(packet.direction())) {
      if (!step.tests().stream().allMatch(test -> holds(test, packet))) {
        continue;
      }
      if (step instanceof KernelStep.PassOn) {
        return new Answer(Outcome.PASS_ON, matched);
      }
      matched.add(step.ruleId());
      Action action = ((KernelStep.Decide) step).action();
      if (action != Action.LOG) {
        return new Answer(Outcome.valueOf(action.name()), matched);
      }
    }
    boolean kernel =
        switch (packet.direction()) {
          case OUT -> packet.owner().isEmpty();
          case IN -> !IpProtocol.hasPorts(packet.protocol());
          case FORWARD -> false;
        };
    Verdict verdict = kernel ? Verdict.ALLOW : program.defaults().get(packet.direction());
    return new Answer(Outcome.valueOf(verdict.name()), matched);
  }

  private static boolean holds(FlowTest test, SimPacket packet) {
    if (test instanceof FlowTest.Owner owner) {
      return packet.owner().isPresent()
          && owner.negated()
              != owner.ranges().stream()
                  .anyMatch(
                      range -> {
                        SimPacket.Owner is = packet.owner().get();
                        boolean user = owner.kind() == FlowTest.IdKind.USER;
                        long id = user ? is.user() : is.group();
                        return range.first() <= id && id <= range.last();
                      });
    }
    if (test instanceof FlowTest.Protocols protocols) {
      return protocols.numbers().contains(packet.protocol()) != protocols.negated();
    }
    if (test instanceof FlowTest.Interfaces interfaces) {
      return interfaces.names().contains(packet.interfaceName()) != interfaces.negated();
    }
    if (test instanceof FlowTest.IcmpTypes types) {
      Set<Integer> mine = packet.protocol() == IpProtocol.ICMP ? types.v4() : types.v6();
      return packet.icmp().isPresent()
          && mine.contains(packet.icmp().getAsInt()) != types.negated();
    }
    return end(test, packet);
  }

  private static boolean end(FlowTest test, SimPacket packet) {
    if (test instanceof FlowTest.Networks networks) {
      IpAddress address = end(networks.end(), packet).address();
      return networks.negated()
          != networks.networks().stream()
              .anyMatch(network -> network.contains(address.high(), address.low()));
    }
    FlowTest.Ports ports = (FlowTest.Ports) test;
    OptionalInt port = end(ports.end(), packet).port();
    return port.isPresent()
        && ports.negated()
            != ports.ranges().stream()
                .anyMatch(r -> r.first() <= port.getAsInt() && port.getAsInt() <= r.last());
  }

  private static SimPacket.End end(FlowTest.End end, SimPacket packet) {
    return end == FlowTest.End.LOCAL ? packet.local() : packet.remote();
  }
}
