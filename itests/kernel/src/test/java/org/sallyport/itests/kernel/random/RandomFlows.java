// SPDX-License-Identifier: Apache-2.0
package org.sallyport.itests.kernel.random;

import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.sallyport.itests.kernel.kit.Family;

/** Flows that a lab can open. The same seed gives the same flows. Not thread-safe. */
public final class RandomFlows {

  private static final LabWorld.Owner ROOT = new LabWorld.Owner(0, 0);

  private final Random random;
  private final LabWorld world;

  /** Creates a generator. */
  public RandomFlows(long seed, LabWorld world) {
    this.random = new Random(seed);
    this.world = world;
  }

  private <T> T one(List<T> values) {
    return values.get(random.nextInt(values.size()));
  }

  /** The next flow. Raw sockets are root's, so a ping has the owner root if the lab has root. */
  public TrialFlow next() {
    boolean root = world.owners().contains(ROOT);
    TrialFlow.Kind kind =
        root && random.nextInt(4) == 0
            ? TrialFlow.Kind.PING
            : one(List.of(TrialFlow.Kind.TCP, TrialFlow.Kind.UDP));
    Family family = one(List.of(Family.values()));
    Optional<String> program =
        world.programs().isEmpty() ? Optional.empty() : Optional.of(one(world.programs()));
    return new TrialFlow(
        kind == TrialFlow.Kind.PING ? ROOT : one(world.owners()),
        program,
        kind,
        family,
        one(world.remotes().get(family)),
        kind == TrialFlow.Kind.PING ? 0 : one(world.ports()));
  }
}
