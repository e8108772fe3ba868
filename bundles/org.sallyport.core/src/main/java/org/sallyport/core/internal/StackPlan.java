// SPDX-License-Identifier: Apache-2.0
package org.sallyport.core.internal;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.sallyport.api.backend.Backend;
import org.sallyport.api.backend.BackendException;
import org.sallyport.api.decision.Expressiveness;
import org.sallyport.api.decision.KernelProgram;
import org.sallyport.api.decision.KernelStep;
import org.sallyport.api.decision.PolicySnapshot;
import org.sallyport.api.packet.Direction;

/**
 * What each backend of a stack does about one policy. Immutable.
 *
 * @param stack the backends in order
 * @param programs what those decide that do not ask the policy for each packet, by name
 */
record StackPlan(List<String> stack, Map<String, KernelProgram> programs) {

  /** Before the first policy. */
  static final StackPlan NONE = new StackPlan(List.of(), Map.of());

  StackPlan {
    stack = List.copyOf(stack);
    programs = Map.copyOf(programs);
  }

  /**
   * Plans a policy; there is nothing to plan before the first.
   *
   * @throws BackendException if one that asks the policy does not stand last, or the engine that
   *     made the policy plans for no backend
   */
  static StackPlan of(Optional<PolicySnapshot> policy, List<Backend> stack)
      throws BackendException {
    Map<String, KernelProgram> programs = new LinkedHashMap<>();
    List<String> names = stack.stream().map(Backend::name).toList();
    for (Backend backend : stack) {
      Optional<Expressiveness> limits = backend.expressiveness();
      if (limits.isPresent() && policy.isPresent()) {
        programs.put(
            backend.name(), policy.get().program(limits.get()).orElseThrow(StackPlan::noPlanner));
      } else if (limits.isEmpty() && backend != stack.get(stack.size() - 1)) {
        throw new BackendException(
            "nothing passes " + backend.name() + ", so no backend can stand behind it", null);
      }
    }
    return new StackPlan(names, programs);
  }

  private static BackendException noPlanner() {
    return new BackendException("the engine plans for no backend but nfqueue", null);
  }

  /** What a backend decides by itself; empty for one that asks the policy. */
  Optional<KernelProgram> program(String backend) {
    return Optional.ofNullable(programs.get(backend));
  }

  /** The rules that the last backend would have to pass on, though nobody stands behind it. */
  List<KernelStep.PassOn> leftOver() {
    return stack.isEmpty()
        ? List.of()
        : program(stack.get(stack.size() - 1)).map(KernelProgram::passedOn).orElse(List.of());
  }

  /** Refuses a policy of which something would be left over. */
  void requireWhole() throws BackendException {
    List<KernelStep.PassOn> left = leftOver();
    if (!left.isEmpty()) {
      throw new BackendException(refusal(left.get(0)), null);
    }
  }

  /** Why the last backend cannot hold a rule, a sentence. */
  String refusal(KernelStep.PassOn left) {
    String last = stack.get(stack.size() - 1);
    return last + " cannot hold the rule " + left.ruleId() + ": " + left.why();
  }

  /** The backend that enforces a rule that takes part. */
  Optional<String> holder(String ruleId) {
    return stack.stream()
        .filter(name -> program(name).map(p -> step(p, ruleId) instanceof Place.Held).orElse(true))
        .findFirst();
  }

  /** Why a rule is enforced where it is, a sentence's end. */
  String why(String ruleId) {
    List<String> reasons = new ArrayList<>();
    for (String name : stack) {
      Optional<KernelProgram> program = program(name);
      if (program.isEmpty()) {
        reasons.add(name + " asks the policy for each packet that reaches it");
        break;
      }
      Place place = step(program.get(), ruleId);
      if (place instanceof Place.Held held) {
        reasons.add(name + " holds it exactly" + held.exception());
        break;
      }
      reasons.add(name + " cannot hold it: " + ((Place.Passed) place).why());
    }
    return String.join("; ", reasons);
  }

  /** A rule's place in one program. */
  private sealed interface Place {
    /** Decided there, but for what rules before it may claim. */
    record Held(Optional<String> behind) implements Place {
      String exception() {
        return behind.map(id -> ", but for flows that the rule " + id + " may claim").orElse("");
      }
    }

    /** Not decided there. */
    record Passed(String why) implements Place {}
  }

  private static Place step(KernelProgram program, String ruleId) {
    for (Direction direction : Direction.values()) {
      Optional<String> behind = Optional.empty();
      for (KernelStep step : program.steps().get(direction)) {
        boolean wanted = step.ruleId().equals(ruleId);
        if (wanted && step instanceof KernelStep.PassOn passed) {
          return new Place.Passed(passed.why());
        }
        if (wanted) {
          return new Place.Held(behind);
        }
        if (step instanceof KernelStep.PassOn) {
          behind = behind.or(() -> Optional.of(step.ruleId()));
        }
      }
    }
    return new Place.Passed("it takes no part");
  }
}
