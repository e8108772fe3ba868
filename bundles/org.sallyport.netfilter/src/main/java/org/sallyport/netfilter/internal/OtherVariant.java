// SPDX-License-Identifier: Apache-2.0
package org.sallyport.netfilter.internal;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.sallyport.api.backend.KernelCount;
import org.sallyport.netfilter.Chain;
import org.sallyport.netfilter.KernelState;
import org.sallyport.netfilter.NetfilterException;
import org.sallyport.netfilter.RuleSet;
import org.sallyport.netfilter.Table;
import org.sallyport.netfilter.Variant;

/**
 * The variant of iptables that we do not write with. What an earlier daemon left there is deleted,
 * and nothing else is done. Its troubles never stop the work in the used variant: rules too many
 * refuse too much, never too little.
 */
final class OtherVariant {

  /** A reading, or why there is none. */
  private record Look(Census census, Optional<NetfilterException> failure) {}

  private final VariantWriter writer;
  private final Freshness freshness;
  private Look last = new Look(new Census(0, List.of()), Optional.empty());
  private Optional<String> trouble = Optional.empty();

  OtherVariant(VariantWriter writer, Freshness freshness) {
    this.writer = writer;
    this.freshness = freshness;
  }

  Variant variant() {
    return writer.variant();
  }

  /** All tables; none if they cannot be read. */
  KernelState read() {
    try {
      return writer.read();
    } catch (NetfilterException e) {
      return new KernelState(Map.of());
    }
  }

  /** Deletes what is ours. A failure is kept for {@link #problems} and tried again next time. */
  void sweep(List<Table> order) {
    trouble = Optional.empty();
    if (look().census().ours().isEmpty()) {
      return;
    }
    freshness.forget();
    try {
      writer.write(RuleSet.EMPTY, order);
      List<String> holders = writer.foreignHolders(RuleSet.EMPTY, order);
      if (!holders.isEmpty()) {
        trouble = Optional.of("foreign rules lead into them: " + String.join(", ", holders));
      }
    } catch (NetfilterException e) {
      trouble = Optional.of(e.getMessage());
    }
  }

  /**
   * Deletes what is ours, and throws if that fails.
   *
   * @return foreign rules that keep chains of ours
   */
  List<String> remove(List<Table> order) {
    freshness.forget();
    trouble = Optional.empty();
    writer.forget();
    try {
      writer.write(RuleSet.EMPTY, order);
    } catch (NetfilterException e) {
      if (VariantChoice.UNUSABLE.contains(e.kind())) {
        return List.of(); // nobody can have written there
      }
      throw e;
    }
    return writer.foreignHolders(RuleSet.EMPTY, order);
  }

  /** What deleted counting chains had counted; told once. */
  Map<Chain, KernelCount> takeGone() {
    return writer.takeGone();
  }

  /** Chains of ours that the next sweep may delete; those it could not delete are a problem. */
  List<String> leftovers() {
    return trouble.isPresent() ? List.of() : look().census().ours();
  }

  /** What stands here, a sentence each. */
  List<String> findings() {
    Look look = look();
    if (look.failure().isPresent()) {
      return List.of(unreadable(look.failure().get()));
    }
    if (look.census().foreign() == 0 && look.census().ours().isEmpty()) {
      return List.of(variant().label() + " holds no rules");
    }
    String foreign =
        variant().label() + " holds " + look.census().foreignText() + ", which packets pass too";
    return look.census().ours().isEmpty() ? List.of(foreign) : List.of(foreign, ours(look));
  }

  /** What somebody should act on, a sentence each. */
  List<String> problems() {
    Look look = look();
    if (look.failure().isPresent()) {
      // A variant this host cannot use holds nothing that an earlier daemon could have written.
      return VariantChoice.UNUSABLE.contains(look.failure().get().kind())
          ? List.of()
          : List.of(unreadable(look.failure().get()));
    }
    return look.census().ours().isEmpty() ? List.of() : List.of(ours(look));
  }

  private String ours(Look look) {
    return ToolErrors.show(
        variant().label()
            + " still holds chains of ours ("
            + String.join(", ", look.census().ours())
            + ")"
            + trouble.map(why -> "; they could not be deleted: " + why).orElse(""));
  }

  private String unreadable(NetfilterException failure) {
    return variant().label() + " cannot be read: " + failure.getMessage();
  }

  private Look look() {
    if (variant() == Variant.NFT && freshness.holds()) {
      return last;
    }
    OptionalLong begun = freshness.begin();
    try {
      last = new Look(Census.of(writer.read()), Optional.empty());
      freshness.confirm(begun);
    } catch (NetfilterException e) {
      last = new Look(new Census(0, List.of()), Optional.of(e));
      freshness.forget();
    }
    return last;
  }
}
