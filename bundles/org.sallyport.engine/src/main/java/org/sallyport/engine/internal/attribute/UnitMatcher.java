// SPDX-License-Identifier: Apache-2.0
package org.sallyport.engine.internal.attribute;

import java.util.concurrent.atomic.AtomicReferenceArray;
import org.sallyport.api.match.Matcher;
import org.sallyport.api.match.ReadSet;
import org.sallyport.api.match.Truth;
import org.sallyport.api.packet.FlowView;
import org.sallyport.api.subject.Fact;
import org.sallyport.api.subject.SubjectView;

/**
 * A criterion on the systemd unit of the cgroup, written with its escapes as systemd prints it or
 * with them decoded. A cgroup below no unit is a fact too: there is none.
 */
final class UnitMatcher implements Matcher {

  private static final int SLOTS = 64;

  private record Split(String cgroup, String unit, String decoded) {}

  private final ValueTest<String> test;
  private final boolean negated;
  // The same few cgroups come again and again; splitting them anew would allocate.
  private final AtomicReferenceArray<Split> splits = new AtomicReferenceArray<>(SLOTS);

  UnitMatcher(ValueTest<String> test, boolean negated) {
    this.test = test;
    this.negated = negated;
  }

  @Override
  public ReadSet reads() {
    return Reads.SOCKET_OWNER;
  }

  @Override
  public Truth test(FlowView flow, SubjectView subject) {
    Fact<String> fact = subject.cgroup();
    if (!(fact instanceof Fact.Known<String> known)) {
      return FactMatcher.ofMissing(fact);
    }
    Split split = remembered(known.value());
    if (split.unit().isEmpty()) {
      return Truth.NO_MATCH;
    }
    Truth truth = test.test(split.unit());
    if (truth != Truth.MATCH && !split.decoded().equals(split.unit())) {
      truth = test.test(split.decoded());
    }
    return negated ? truth.not() : truth;
  }

  private Split remembered(String cgroup) {
    int slot = cgroup.hashCode() & (SLOTS - 1);
    Split known = splits.get(slot);
    if (known != null && known.cgroup().equals(cgroup)) {
      return known;
    }
    String unit = UnitNames.ofCgroup(cgroup);
    Split fresh = new Split(cgroup, unit, UnitNames.decoded(unit));
    splits.set(slot, fresh);
    return fresh;
  }
}
