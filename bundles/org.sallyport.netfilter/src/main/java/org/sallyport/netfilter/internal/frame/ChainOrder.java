// SPDX-License-Identifier: Apache-2.0
package org.sallyport.netfilter.internal.frame;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.sallyport.api.backend.Choice;
import org.sallyport.api.backend.Enforcement;
import org.sallyport.api.backend.MarkLayout;
import org.sallyport.api.backend.Mode;
import org.sallyport.api.backend.Situation;
import org.sallyport.api.packet.Direction;
import org.sallyport.netfilter.frame.Section;

/**
 * What the chains depend on.
 *
 * @param marks where our bits of the mark are
 * @param mode whether verdicts bind
 * @param generation the policy's generation
 * @param loopback whether traffic of this host with itself is judged
 * @param withoutListener {@code DROP_NEW}, {@code DROP_ALL} or {@code ACCEPT}: what holds while
 *     nobody listens to the queue
 * @param unknownOperand {@code APPLY} or {@code SKIP}: whether what may be refused is refused
 * @param hooked the directions that are judged
 * @param sections what decides, in order: a queue only as the last, rules once a direction
 */
record ChainOrder(
    MarkLayout marks,
    Mode mode,
    int generation,
    boolean loopback,
    Choice withoutListener,
    Choice unknownOperand,
    Set<Direction> hooked,
    List<Section> sections) {

  /** Copies, and refuses an order of sections in which one would never be asked. */
  ChainOrder {
    Objects.requireNonNull(marks, "marks");
    Objects.requireNonNull(mode, "mode");
    Objects.requireNonNull(withoutListener, "withoutListener");
    Objects.requireNonNull(unknownOperand, "unknownOperand");
    hooked = Set.copyOf(hooked);
    sections = List.copyOf(sections);
    requireReachable(sections);
  }

  private static void requireReachable(List<Section> sections) {
    if (sections.isEmpty()) {
      throw new IllegalArgumentException("a frame without a section would refuse everything");
    }
    List<Section> ahead = sections.subList(0, sections.size() - 1);
    if (ahead.stream().anyMatch(Section.Queue.class::isInstance)) {
      throw new IllegalArgumentException("nothing gets past a queue: it stands last in the stack");
    }
    for (Direction direction : Direction.values()) {
      if (sections.stream().filter(section -> decides(section, direction)).count() > 1) {
        throw new IllegalArgumentException(
            "two backends of the stack hold rules for "
                + direction
                + "; the frame has room for one");
      }
    }
  }

  private static boolean decides(Section section, Direction direction) {
    return section instanceof Section.Rules rules && rules.entries().containsKey(direction);
  }

  /**
   * What an enforcement means for the chains.
   *
   * @param order the enforcement
   * @param marks where our bits of the mark are
   * @param sections what decides, in the order of the stack
   * @return the chains' part of it
   */
  static ChainOrder of(Enforcement order, MarkLayout marks, List<Section> sections) {
    return new ChainOrder(
        marks,
        order.mode(),
        order.generation(),
        order.loopback(),
        order.withoutListener(),
        order.failModes().choice(Situation.UNKNOWN_OPERAND),
        order.hooked(),
        sections);
  }

  /** The queue at the end of the stack. */
  Optional<Section.Queue> queue() {
    return sections.get(sections.size() - 1) instanceof Section.Queue queue
        ? Optional.of(queue)
        : Optional.empty();
  }

  /** The rules that decide a direction. */
  Optional<Section.Rules> rules(Direction direction) {
    return sections.stream()
        .filter(section -> decides(section, direction))
        .map(Section.Rules.class::cast)
        .findFirst();
  }

  /** Whether packets pass while nobody listens: always while observing. */
  boolean opensWithoutListener() {
    return mode == Mode.OBSERVE || withoutListener == Choice.ACCEPT;
  }

  /** Whether established connections need a listener too. */
  boolean queuesEstablished() {
    return withoutListener == Choice.DROP_ALL && !opensWithoutListener();
  }

  /** Whether what the kernel cannot tell counts as refused. */
  boolean refusesTheUnknown() {
    return mode == Mode.ENFORCE && unknownOperand == Choice.APPLY;
  }

  /** Whether a direction is judged. */
  boolean judges(Direction direction) {
    return hooked.contains(direction);
  }

  /** Whether a flow of this host with itself is judged on its way out and on its way in. */
  boolean judgesLoopbackTwice() {
    return loopback && judges(Direction.OUT) && judges(Direction.IN);
  }

  /**
   * Whether another order asks for the same rules in all tables but filter, which alone knows the
   * generation and the sections.
   */
  boolean differsInFilterOnly(ChainOrder other) {
    return new ChainOrder(
            marks,
            mode,
            other.generation,
            loopback,
            withoutListener,
            other.unknownOperand,
            hooked,
            other.sections)
        .equals(other);
  }
}
