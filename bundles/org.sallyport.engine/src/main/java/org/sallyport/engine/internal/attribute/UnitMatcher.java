// SPDX-License-Identifier: Apache-2.0
package org.sallyport.engine.internal.attribute;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.sallyport.api.match.Matcher;
import org.sallyport.api.match.ReadSet;
import org.sallyport.api.match.Truth;
import org.sallyport.api.packet.FlowView;
import org.sallyport.api.subject.Fact;
import org.sallyport.api.subject.SubjectView;

/**
 * A criterion on the systemd unit of the cgroup, written with its escapes as systemd prints it or
 * with them decoded. A cgroup below no unit is a fact too: there is none. A unit of a user's
 * manager is meant by {@code user@UID.service/NAME}; its name alone leaves the answer open, since
 * the user can give it: that never grants, and refuses as {@code unknown-operand} says.
 */
final class UnitMatcher implements Matcher {

  private static final int SLOTS = 64;

  private record Split(String cgroup, Optional<CgroupUnit> unit) {}

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
    Optional<CgroupUnit> unit = remembered(known.value());
    if (unit.isEmpty()) {
      return Truth.NO_MATCH;
    }
    if (unit.get().isUsers() && test(unit.get().name()) == Truth.MATCH) {
      return Truth.UNKNOWN;
    }
    Truth truth = test(unit.get().whole());
    return negated ? truth.not() : truth;
  }

  private Truth test(String name) {
    Truth truth = test.test(name);
    return truth == Truth.MATCH || name.indexOf('\\') < 0
        ? truth
        : test.test(UnitNames.decoded(name));
  }

  private Optional<CgroupUnit> remembered(String cgroup) {
    int slot = cgroup.hashCode() & (SLOTS - 1);
    Split known = splits.get(slot);
    if (known != null && known.cgroup().equals(cgroup)) {
      return known.unit();
    }
    Split fresh = new Split(cgroup, CgroupUnit.of(cgroup));
    splits.set(slot, fresh);
    return fresh.unit();
  }
}
