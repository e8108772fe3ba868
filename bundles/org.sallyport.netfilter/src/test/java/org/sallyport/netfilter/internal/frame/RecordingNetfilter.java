// SPDX-License-Identifier: Apache-2.0
package org.sallyport.netfilter.internal.frame;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.sallyport.api.backend.KernelCount;
import org.sallyport.netfilter.Chain;
import org.sallyport.netfilter.Family;
import org.sallyport.netfilter.JournalEntry;
import org.sallyport.netfilter.KernelState;
import org.sallyport.netfilter.MarkConflict;
import org.sallyport.netfilter.Netfilter;
import org.sallyport.netfilter.NetfilterException;
import org.sallyport.netfilter.RuleSet;
import org.sallyport.netfilter.Table;
import org.sallyport.netfilter.Variant;
import org.sallyport.netfilter.VariantUse;
import org.sallyport.netfilter.Verification;

/** Writes nothing and says what it was asked. */
final class RecordingNetfilter implements Netfilter {

  private final List<String> calls = new ArrayList<>();
  private boolean differs;
  private boolean fails;

  List<String> calls() {
    return calls;
  }

  /** From now on the kernel holds something else, until a commit of all tables. */
  void differ() {
    differs = true;
  }

  void fail(boolean now) {
    fails = now;
  }

  @Override
  public void commit(RuleSet rules, List<Table> order) {
    calls.add("commit " + order.stream().map(Enum::name).collect(Collectors.joining(" ")));
    if (fails) {
      throw new NetfilterException(NetfilterException.Kind.REFUSED, "no");
    }
    differs = differs && order.size() == 1;
  }

  @Override
  public void remove() {
    calls.add("remove");
  }

  @Override
  public Verification verify(RuleSet rules) {
    calls.add("verify");
    return verification();
  }

  @Override
  public Verification watch(RuleSet rules) {
    calls.add("watch");
    return verification();
  }

  private Verification verification() {
    return new Verification(differs ? List.of("different") : List.of());
  }

  @Override
  public Set<Family> families() {
    return EnumSet.allOf(Family.class);
  }

  @Override
  public VariantUse variant() {
    return new VariantUse(Variant.NFT, "said so", List.of(), List.of());
  }

  @Override
  public Map<Chain, KernelCount> takeGone() {
    return Map.of();
  }

  @Override
  public KernelState read() {
    return new KernelState(Map.of());
  }

  @Override
  public KernelState readOther() {
    return new KernelState(Map.of());
  }

  @Override
  public Optional<JournalEntry> unfinished() {
    return Optional.empty();
  }

  @Override
  public List<MarkConflict> markConflicts(long mask) {
    return List.of();
  }
}
