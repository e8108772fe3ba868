// SPDX-License-Identifier: Apache-2.0
package org.sallyport.core.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.sallyport.api.backend.Backend;
import org.sallyport.api.backend.BackendContext;
import org.sallyport.api.backend.BackendException;
import org.sallyport.api.backend.BackendHealth;
import org.sallyport.api.backend.Enforcement;
import org.sallyport.api.backend.KernelCounts;
import org.sallyport.api.decision.Expressiveness;
import org.sallyport.api.decision.FlowTest;
import org.sallyport.api.packet.Direction;
import org.sallyport.api.rule.Action;

/** Notes what it is told. */
final class PlainBackend implements Backend {

  /** Says that it can express whatever it is asked. */
  static final Expressiveness EVERYTHING =
      new Expressiveness() {
        @Override
        public Optional<String> refusal(Direction direction, FlowTest test) {
          return Optional.empty();
        }

        @Override
        public Optional<String> refusal(Direction direction, Action action) {
          return Optional.empty();
        }
      };

  final List<String> told = new ArrayList<>();
  final List<Enforcement> orders = new ArrayList<>();
  Optional<Expressiveness> limits = Optional.empty();
  KernelCounts counted = KernelCounts.NONE;
  Map<String, String> tooLarge = Map.of();
  boolean unwilling;
  boolean wantsAnotherTry;
  private final String name;

  PlainBackend(String name) {
    this.name = name;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Set<Direction> directions() {
    return Set.of(Direction.OUT);
  }

  @Override
  public OptionalInt generationInKernel() {
    return OptionalInt.empty();
  }

  @Override
  public void guard(BackendContext context, Enforcement order) throws BackendException {
    note("guard", order);
  }

  @Override
  public Optional<Expressiveness> expressiveness() {
    return limits;
  }

  @Override
  public Map<String, String> tooLarge(Enforcement order) {
    return order.program().isPresent() ? tooLarge : Map.of();
  }

  @Override
  public void prepare(BackendContext context, Enforcement order) throws BackendException {
    note("prepare", order);
    orders.add(order);
  }

  @Override
  public void retire() {
    told.add("retire");
  }

  @Override
  public KernelCounts counts() {
    return counted;
  }

  @Override
  public void enforce(BackendContext context, Enforcement order) throws BackendException {
    note("enforce", order);
  }

  @Override
  public boolean wantsAnotherTry() {
    return wantsAnotherTry;
  }

  private void note(String word, Enforcement order) throws BackendException {
    if (unwilling) {
      throw new BackendException("the kernel refused", null);
    }
    told.add(word + " " + order.generation());
  }

  @Override
  public void disarm() {
    told.add("disarm");
  }

  @Override
  public BackendHealth health() {
    return new BackendHealth(true, List.of(), "");
  }
}
