// SPDX-License-Identifier: Apache-2.0
package org.sallyport.nfqueue.internal;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.sallyport.api.backend.BackendContext;
import org.sallyport.api.backend.Choice;
import org.sallyport.api.backend.Enforcement;
import org.sallyport.api.backend.Mode;
import org.sallyport.api.subject.KernelTap;
import org.sallyport.api.subject.SubjectSource;
import org.sallyport.netfilter.NetfilterException;
import org.sallyport.netfilter.frame.Frame;
import org.sallyport.netfilter.frame.Section;
import org.sallyport.nfqueue.internal.loop.WhenFull;

/**
 * The queue's part of the frame: its number, and the tap of the source of subjects in front of it.
 * A tap is a help and never a condition: where it cannot be pinned, or iptables does not take it,
 * the rules stand without, and it is tried again some time later. With the tap comes the program
 * that knows proven senders again; no rule asks it once an earlier policy's proofs may stand.
 * Confined to the control thread, but for {@link #problem}.
 */
final class QueueSection {

  private final String backend;
  private final Frame frame;
  private final Pins pins;
  private final Consumer<String> log;
  private final TapTrouble trouble;
  private Optional<KernelTap> tap = Optional.empty();
  private Optional<KernelTap> standing = Optional.empty();
  private Section.Queue section = new Section.Queue(0);

  /** Where taps are pinned. */
  @FunctionalInterface
  interface Pins {
    /** Takes away all pins of ours but these; returns how many. */
    int clear(Set<Path> kept) throws IOException;
  }

  QueueSection(String backend, Frame frame, Pins pins, LongSupplier clockNs, Consumer<String> log) {
    this.backend = backend;
    this.frame = frame;
    this.pins = pins;
    this.log = log;
    trouble = new TapTrouble(clockNs, log);
  }

  /**
   * Stages the queue with the tap of the best source. While a source is being replaced its tap
   * stays in the rules.
   */
  void stage(BackendContext context) {
    Optional<SubjectSource> source = context.subjects();
    Optional<String> pin = section.tap();
    Optional<String> proof = section.proof();
    if (source.isPresent() || pin.isEmpty()) {
      Optional<KernelTap> wanted = source.flatMap(this::tapOf);
      trouble.concerns(wanted);
      tap = wanted.filter(trouble::mayTry);
      pin = tap.flatMap(t -> pinned(t, () -> Optional.of(t.pinned())));
      proof = pin.flatMap(there -> tap).flatMap(t -> pinned(t, t::pinnedProof));
    }
    boolean voided = voidProofs(); // also where no rule will ask for them any more
    section = new Section.Queue(context.queueNumber(), pin, proof.filter(p -> voided));
    frame.stage(backend, section);
  }

  private Optional<KernelTap> tapOf(SubjectSource source) {
    try {
      return source.tap();
    } catch (RuntimeException | LinkageError e) {
      log.accept("the source of subjects was not asked for its tap: " + e);
      return Optional.empty();
    }
  }

  /** A way to pin a program. */
  @FunctionalInterface
  private interface Pinning {
    Optional<String> pin() throws IOException;
  }

  private Optional<String> pinned(KernelTap whose, Pinning from) {
    try {
      return from.pin();
    } catch (IOException | RuntimeException | LinkageError e) {
      trouble.notPinned(whose, "the tap in front of the queue cannot be pinned: " + e.getMessage());
      return Optional.empty();
    }
  }

  /** What was proven by an earlier policy counts no more; if it might, no rule may ask for it. */
  private boolean voidProofs() {
    boolean sure = standing.isEmpty() || standing.equals(tap) || isVoided(standing.get());
    return tap.isEmpty() ? sure : isVoided(tap.get());
  }

  private boolean isVoided(KernelTap whose) {
    try {
      whose.voidProofs();
      return true;
    } catch (IOException | RuntimeException | LinkageError e) {
      log.accept("proofs of an earlier policy could not be voided: " + e.getMessage());
      return false;
    }
  }

  /** Packets will pass unseen where they did not. */
  void expectUnseen() {
    standing.ifPresent(t -> tell(() -> t.passesUnseen(true)));
  }

  /** Nobody listened for a while, and an earlier instance's rules may have stood meanwhile. */
  void expectUnseen(BackendContext context) {
    expectUnseen();
    context.subjects().flatMap(this::tapOf).ifPresent(t -> tell(() -> t.passesUnseen(true)));
  }

  /** Commits the frame; a second time without the tap if it is refused with it. */
  void commit(BackendContext context, Enforcement order) {
    try {
      frame.commit(order, context.marks());
    } catch (NetfilterException e) {
      if (section.tap().isEmpty()) {
        throw e;
      }
      section = new Section.Queue(context.queueNumber());
      frame.stage(backend, section);
      frame.commit(order, context.marks());
      String why = "rules with a tap in front of the queue are refused: " + e.getMessage();
      tap.ifPresent(refused -> trouble.refused(refused, why)); // they stand without: it was the tap
    }
    if (section.tap().isPresent() && tap.isPresent()) {
      trouble.over();
    }
    settle(section.tap().isPresent() ? tap : Optional.empty(), passesUnseen(order));
    boolean asked = order.mode() == Mode.ENFORCE && order.withoutListener() != Choice.DROP_ALL;
    standing.ifPresent(t -> tell(() -> t.proofInForce(asked && section.proof().isPresent())));
  }

  /** Whether a packet may pass the tap and the queue without a trace. */
  static boolean passesUnseen(Enforcement order) {
    return WhenFull.of(order).fastOpens() || order.withoutListener() == Choice.ACCEPT;
  }

  /** What keeps the tap out of the rules, a sentence; empty if nothing does. Any thread. */
  Optional<String> problem() {
    return trouble.problem();
  }

  /** Whether a tap that is kept out of the rules is worth another try. */
  boolean wantsAnotherTry() {
    return trouble.isDue();
  }

  /** No rule of ours leads to the queue any more. */
  void removed() {
    section = new Section.Queue(0);
    trouble.over();
    settle(Optional.empty(), false);
  }

  private void settle(Optional<KernelTap> now, boolean unseen) {
    standing.filter(before -> now.filter(before::equals).isEmpty()).ifPresent(this::left);
    now.ifPresent(t -> tell(() -> t.passesUnseen(unseen)));
    now.ifPresent(t -> tell(() -> t.inForce(true)));
    standing = now;
    try {
      int unused =
          pins.clear(
              Stream.of(section.tap(), section.proof())
                  .flatMap(Optional::stream)
                  .map(Path::of)
                  .collect(Collectors.toSet()));
    } catch (IOException | RuntimeException e) { // the rules are in force all the same
      log.accept("pins that nothing needs any more could not be cleared: " + e.getMessage());
    }
  }

  private void left(KernelTap before) {
    tell(() -> before.inForce(false));
    tell(() -> before.proofInForce(false));
  }

  /** Of a source that may have left meanwhile. */
  private void tell(Runnable what) {
    try {
      what.run();
    } catch (RuntimeException | LinkageError e) {
      log.accept("the source of subjects was not told about its tap: " + e);
    }
  }
}
