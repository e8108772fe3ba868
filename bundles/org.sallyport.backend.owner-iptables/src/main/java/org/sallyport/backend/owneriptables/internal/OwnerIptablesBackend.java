// SPDX-License-Identifier: Apache-2.0
package org.sallyport.backend.owneriptables.internal;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.sallyport.api.backend.Backend;
import org.sallyport.api.backend.BackendContext;
import org.sallyport.api.backend.BackendException;
import org.sallyport.api.backend.BackendHealth;
import org.sallyport.api.backend.Choice;
import org.sallyport.api.backend.Enforcement;
import org.sallyport.api.backend.KernelCounts;
import org.sallyport.api.backend.Situation;
import org.sallyport.api.decision.Expressiveness;
import org.sallyport.api.decision.KernelProgram;
import org.sallyport.api.decision.KernelStep;
import org.sallyport.api.decision.Verdict;
import org.sallyport.api.packet.Direction;
import org.sallyport.backend.owneriptables.internal.section.RuleNames;
import org.sallyport.backend.owneriptables.internal.section.SectionBuilder;
import org.sallyport.backend.owneriptables.internal.section.SectionFigures;
import org.sallyport.backend.owneriptables.internal.section.TooLargeException;
import org.sallyport.netfilter.NetfilterException;
import org.sallyport.netfilter.frame.Frame;
import org.sallyport.netfilter.frame.Section;

/**
 * The backend {@code owner-iptables}: the program it is given becomes rules, and the kernel decides
 * by itself from then on. It holds nothing but what it has staged, so there is nothing to hand over
 * when the bundle stops, and what is in the kernel goes on deciding.
 *
 * <p>The control thread changes it; {@link #health} may be asked by any thread.
 */
final class OwnerIptablesBackend implements Backend {

  private static final Frame.Counts NOTHING = new Frame.Counts(Map.of(), Map.of());

  /** The backend's name. */
  static final String NAME = "owner-iptables";

  /** What a section depends on. */
  private record Wanted(KernelProgram program, Set<Direction> hooked, boolean followed) {}

  private record Built(Wanted wanted, Section.Rules section) {}

  private final Frame frame;
  private final Expressiveness expressiveness = new IptablesExpressiveness();
  private final RuleCounts counts = new RuleCounts();
  private Optional<Enforcement> prepared = Optional.empty();
  private Optional<Enforcement> searched = Optional.empty();
  private Optional<Built> built = Optional.empty();
  private volatile List<String> conflicts = List.of();
  private volatile String figures = "no rules";

  /**
   * Does nothing yet.
   *
   * @param frame where the rules meet those of the other backends
   */
  OwnerIptablesBackend(Frame frame) {
    this.frame = frame;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Set<Direction> directions() {
    return EnumSet.allOf(Direction.class);
  }

  @Override
  public Optional<Expressiveness> expressiveness() {
    return Optional.of(expressiveness);
  }

  @Override
  public OptionalInt generationInKernel() throws BackendException {
    try {
      return frame.generation();
    } catch (NetfilterException e) {
      throw new BackendException("our rules could not be read: " + e.getMessage(), e);
    }
  }

  /**
   * Alone it refuses everything or nothing until there is a policy, for the kernel cannot hold a
   * packet until then; beside others it leaves the guard to them.
   */
  @Override
  public void guard(BackendContext context, Enforcement order) throws BackendException {
    Enforcement mine = named(order);
    if (mine.stack().size() > 1) {
      return;
    }
    try {
      if (frame.generation().isEmpty()) {
        frame.stage(NAME, section(guarding(order), order));
        frame.commit(mine, context.marks());
      }
    } catch (NetfilterException e) {
      throw new BackendException(NAME + " cannot stand guard: " + e.getMessage(), e);
    }
  }

  private static KernelProgram guarding(Enforcement order) {
    boolean open = order.failModes().choice(Situation.NO_POLICY) == Choice.ACCEPT;
    Map<Direction, List<KernelStep>> none = new EnumMap<>(Direction.class);
    Map<Direction, Verdict> defaults = new EnumMap<>(Direction.class);
    for (Direction direction : Direction.values()) {
      none.put(direction, List.of());
      defaults.put(direction, open ? Verdict.ALLOW : Verdict.DENY);
    }
    return new KernelProgram(none, defaults);
  }

  @Override
  public Map<String, String> tooLarge(Enforcement order) {
    if (order.program().isEmpty()) {
      return Map.of();
    }
    try {
      section(order.program().get(), order);
      return Map.of();
    } catch (TooLargeException e) {
      return Map.of(e.ruleId(), e.getMessage());
    }
  }

  /** Whatever is wrong with a program is found here, before any rule is touched. */
  @Override
  public void prepare(BackendContext context, Enforcement order) throws BackendException {
    prepared = Optional.empty();
    Section.Rules section = section(program(order), order);
    counts.learn(names(program(order)));
    frame.stage(NAME, section);
    figures = SectionFigures.of(section).toString();
    prepared = Optional.of(order);
  }

  private static KernelProgram program(Enforcement order) throws BackendException {
    return order
        .program()
        .orElseThrow(() -> new BackendException(NAME + " was given no policy to hold", null));
  }

  /** One that was built last is not built again: a policy is asked about before it comes. */
  private Section.Rules section(KernelProgram program, Enforcement order) throws TooLargeException {
    boolean followed = !isLast(named(order));
    Wanted wanted = new Wanted(program, order.hooked(), followed);
    if (built.filter(last -> last.wanted().equals(wanted)).isEmpty()) {
      built =
          Optional.of(
              new Built(
                  wanted, SectionBuilder.of(program, names(program), order.hooked(), followed)));
    }
    return built.get().section();
  }

  /** Also of what is passed on: the kernel may hold such a rule from before. */
  private static RuleNames names(KernelProgram program) {
    return new RuleNames(
        program.steps().values().stream().flatMap(List::stream).map(KernelStep::ruleId).toList());
  }

  @Override
  public void enforce(BackendContext context, Enforcement order) throws BackendException {
    if (prepared.filter(order::equals).isEmpty()) {
      prepare(context, order);
    }
    prepared = Optional.empty();
    try {
      commit(context, named(order));
    } catch (NetfilterException | IllegalStateException e) {
      throw new BackendException(NAME + " cannot enforce: " + e.getMessage(), e);
    }
  }

  /** Who else uses our bits is looked for again whenever more than the policy changes. */
  private void commit(BackendContext context, Enforcement order) {
    frame.commit(order, context.marks());
    Optional<Enforcement> looked = Optional.of(withoutPolicy(order));
    if (!searched.equals(looked)) {
      conflicts = isLast(order) ? frame.conflicts(context.marks()) : List.of();
      searched = looked;
    }
  }

  /** Whoever stands last tells about what concerns all of them. */
  private static boolean isLast(Enforcement order) {
    return order.stack().get(order.stack().size() - 1).equals(NAME);
  }

  private static Enforcement named(Enforcement order) {
    return order.stack().isEmpty()
        ? changed(order, order.generation(), List.of(NAME), order.program())
        : order;
  }

  private static Enforcement withoutPolicy(Enforcement order) {
    return changed(order, 1, order.stack(), Optional.empty());
  }

  private static Enforcement changed(
      Enforcement order, int generation, List<String> stack, Optional<KernelProgram> program) {
    return new Enforcement(
        order.mode(),
        generation,
        order.failModes(),
        order.loopback(),
        order.hooked(),
        order.shuttingDown(),
        stack,
        program);
  }

  /** Both families, each as its {@code iptables-save} would print this backend's part. */
  @Override
  public List<String> describe(BackendContext context, Enforcement order) {
    try {
      return SectionFigures.lines(section(program(order), order));
    } catch (BackendException e) {
      return List.of("# " + e.getMessage());
    }
  }

  @Override
  public KernelCounts counts() throws BackendException {
    if (!frame.backends().contains(NAME)) {
      return counts.of(NOTHING); // what it held last was kept when it let go
    }
    try {
      return counts.of(frame.counts());
    } catch (NetfilterException e) {
      throw new BackendException("our counters could not be read: " + e.getMessage(), e);
    }
  }

  @Override
  public void retire() throws BackendException {
    if (frame.backends().contains(NAME)) {
      throw new BackendException("the rules of " + NAME + " still decide packets", null);
    }
    forget();
    frame.unstage(NAME);
    keepLastWords();
  }

  /** Of counting chains that were deleted just now. */
  private void keepLastWords() throws BackendException {
    try {
      counts.keep(frame.counts());
    } catch (NetfilterException e) {
      throw new BackendException("our counters could not be read: " + e.getMessage(), e);
    }
  }

  @Override
  public void disarm() throws BackendException {
    forget();
    try {
      frame.unstage(NAME);
      frame.remove();
    } catch (NetfilterException e) {
      throw new BackendException("our rules could not be removed: " + e.getMessage(), e);
    }
    keepLastWords();
  }

  private void forget() {
    prepared = Optional.empty();
    searched = Optional.empty();
    built = Optional.empty();
    conflicts = List.of();
    figures = "no rules";
  }

  /** One rule more or less may let packets pass: rules that differ do not enforce. */
  @Override
  public BackendHealth health() {
    List<String> problems = new ArrayList<>(conflicts);
    boolean intact = false;
    try {
      List<String> differences = frame.differences();
      problems.addAll(differences);
      intact = differences.isEmpty();
    } catch (NetfilterException e) {
      problems.add("our rules could not be read: " + e.getMessage());
    }
    return new BackendHealth(intact && frame.backends().contains(NAME), problems, figures);
  }
}
