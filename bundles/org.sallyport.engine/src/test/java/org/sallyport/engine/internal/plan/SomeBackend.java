// SPDX-License-Identifier: Apache-2.0
package org.sallyport.engine.internal.plan;

import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import org.sallyport.api.decision.Expressiveness;
import org.sallyport.api.decision.FlowTest;
import org.sallyport.api.packet.Direction;
import org.sallyport.api.rule.Action;

/**
 * A backend that can express some tests and actions and not others, the same each time it is asked.
 *
 * @param seed which ones
 * @param percent how many it refuses
 */
record SomeBackend(long seed, int percent) implements Expressiveness {

  static final SomeBackend OF_ALL = new SomeBackend(0, 0);

  @Override
  public Optional<String> refusal(Direction direction, FlowTest test) {
    return refusal(Objects.hash(seed, direction.name(), kind(test), test.negated()));
  }

  @Override
  public Optional<String> refusal(Direction direction, Action action) {
    return refusal(Objects.hash(seed, direction.name(), action.name()));
  }

  private Optional<String> refusal(int hash) {
    return new Random(hash * 0x9e37_79b9_7f4a_7c15L).nextInt(100) < percent
        ? Optional.of("this backend is a poor one")
        : Optional.empty();
  }

  private static String kind(FlowTest test) {
    String which =
        test instanceof FlowTest.Owner owner
            ? owner.kind().name()
            : test instanceof FlowTest.Ports ports
                ? ports.end().name()
                : test instanceof FlowTest.Networks networks ? networks.end().name() : "";
    return test.getClass().getSimpleName() + which;
  }
}
