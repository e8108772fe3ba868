// SPDX-License-Identifier: Apache-2.0
package org.sallyport.core.internal;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import org.sallyport.api.backend.Backend;
import org.sallyport.api.backend.BackendException;
import org.sallyport.api.backend.Enforcement;

/** Who stands guard until there is a first policy. Confined to the control thread. */
final class Guards {

  private final Parts parts;
  private final KernelGeneration generation;
  private final Bridges bridges;

  /** By name, which instance was told to stand guard. */
  private final Map<String, Backend> guarding = new HashMap<>();

  Guards(Parts parts, KernelGeneration generation, Bridges bridges) {
    this.parts = parts;
    this.generation = generation;
    this.bridges = bridges;
  }

  /**
   * Has each backend of a stack that is there stand guard, once.
   *
   * @param stack the names of the backends
   * @param orders what a backend of a name is told
   * @param standing told who does
   * @return what failed, a sentence each; it is tried again with the next call
   */
  List<String> stand(
      List<String> stack, Function<String, Enforcement> orders, Consumer<Backend> standing) {
    List<String> problems = new ArrayList<>();
    for (Backend backend : present(stack)) {
      if (guarding.put(backend.name(), backend) != backend) {
        try {
          if (generation.inForce() == 0) {
            generation.move();
          }
          backend.guard(bridges, orders.apply(backend.name()));
          standing.accept(backend);
        } catch (BackendException | RuntimeException | LinkageError e) {
          guarding.remove(backend.name());
          problems.add(backend.name() + " does not guard the host: " + e.getMessage());
        }
      }
    }
    return problems;
  }

  /** Where nobody of the stack is there yet, whoever can hold any policy stands in. */
  private List<Backend> present(List<String> stack) {
    List<Backend> present = ActiveBackends.present(stack, parts.backends());
    return present.isEmpty()
        ? parts.backends().stream().filter(b -> b.expressiveness().isEmpty()).toList()
        : present;
  }
}
