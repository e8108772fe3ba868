// SPDX-License-Identifier: Apache-2.0
package org.sallyport.netfilter.internal;

import java.nio.file.Path;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.sallyport.netfilter.Family;
import org.sallyport.netfilter.NetfilterException;
import org.sallyport.netfilter.NetfilterException.Kind;
import org.sallyport.netfilter.Variant;

/**
 * Finds the variant of iptables to write with: the one the rest of the host uses, so that a person
 * who lists rules sees theirs and ours together.
 */
final class VariantChoice {

  /** What keeps a variant from being used at all, however often it is tried. */
  static final Set<Kind> UNUSABLE =
      EnumSet.of(Kind.INCOMPATIBLE_TABLE, Kind.KERNEL, Kind.TOOL_MISSING);

  private final Iptables iptables;
  private final Map<Variant, VariantTables> tables = new EnumMap<>(Variant.class);
  private final Optional<Variant> forced;

  /**
   * A choice to be made.
   *
   * @param iptables the tools
   * @param proc usually {@code /proc}
   * @param forced the variant somebody wants; empty to look
   */
  VariantChoice(Iptables iptables, Path proc, Optional<Variant> forced) {
    this.iptables = iptables;
    this.forced = forced;
    for (Variant variant : Variant.values()) {
      tables.put(variant, new VariantTables(variant, iptables, proc));
    }
  }

  /**
   * What was chosen.
   *
   * @param used what our rules are written with
   * @param other the other variant, if it is installed
   * @param reason why, without a full stop
   */
  record Outcome(VariantWriter used, Optional<VariantWriter> other, String reason) {}

  Set<Family> families() {
    return tables.get(Variant.NFT).families();
  }

  Iptables iptables() {
    return iptables;
  }

  /**
   * Looks at the host and chooses.
   *
   * @throws NetfilterException if a variant that should be readable cannot be read now
   */
  Outcome make() {
    if (forced.isPresent()) {
      return outcome(forced.get(), "the setting iptables.variant says so");
    }
    Set<Variant> installed =
        Stream.of(Variant.values())
            .filter(variant -> tables.get(variant).installed())
            .collect(Collectors.toCollection(() -> EnumSet.noneOf(Variant.class)));
    if (installed.size() == 1) {
      Variant only = installed.iterator().next();
      return outcome(only, only.other().label() + " is not installed");
    }
    return installed.isEmpty() ? bySystem("no variant is installed") : byRules();
  }

  private Outcome byRules() {
    Optional<Census> nft = census(Variant.NFT);
    Optional<Census> legacy = census(Variant.LEGACY);
    if (nft.isEmpty() && legacy.isEmpty()) {
      return bySystem("no variant can be used here");
    }
    if (nft.isEmpty() || legacy.isEmpty()) {
      Variant usable = nft.isPresent() ? Variant.NFT : Variant.LEGACY;
      return outcome(usable, usable.other().label() + " cannot be used here");
    }
    return byForeignRules(Map.of(Variant.NFT, nft.get(), Variant.LEGACY, legacy.get()));
  }

  private Optional<Census> census(Variant variant) {
    try {
      return Optional.of(Census.of(tables.get(variant).read(Optional.empty())));
    } catch (NetfilterException e) {
      if (UNUSABLE.contains(e.kind())) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private Outcome byForeignRules(Map<Variant, Census> held) {
    for (Variant variant : Variant.values()) {
      Census census = held.get(variant);
      if (census.foreign() > 0 && held.get(variant.other()).foreign() == 0) {
        return outcome(
            variant, "it holds " + census.foreignText() + ", " + variant.other().label() + " none");
      }
    }
    boolean both = held.get(Variant.NFT).foreign() > 0;
    return bySystem(both ? "both variants hold foreign rules" : "no variant holds foreign rules");
  }

  private Outcome bySystem(String situation) {
    Variant variant = iptables.systemVariant();
    return outcome(
        variant, situation + ", and " + iptables.plain() + " stands for " + variant.label());
  }

  private Outcome outcome(Variant variant, String reason) {
    VariantTables other = tables.get(variant.other());
    return new Outcome(
        new VariantWriter(tables.get(variant)),
        other.installed() ? Optional.of(new VariantWriter(other)) : Optional.empty(),
        reason);
  }
}
