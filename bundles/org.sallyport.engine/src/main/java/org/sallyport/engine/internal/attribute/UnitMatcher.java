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
 * A criterion on the systemd unit: the last component of the cgroup's path that is a service or a
 * scope. A cgroup below none is a fact too: there is no unit.
 */
final class UnitMatcher implements Matcher {

  private static final int SLOTS = 64;

  private record Split(String cgroup, String unit) {}

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
    String unit = unitRemembered(known.value());
    if (unit.isEmpty()) {
      return Truth.NO_MATCH;
    }
    Truth truth = test.test(unit);
    return negated ? truth.not() : truth;
  }

  private String unitRemembered(String cgroup) {
    int slot = cgroup.hashCode() & (SLOTS - 1);
    Split known = splits.get(slot);
    if (known != null && known.cgroup().equals(cgroup)) {
      return known.unit();
    }
    Split fresh = new Split(cgroup, unitOf(cgroup));
    splits.set(slot, fresh);
    return fresh.unit();
  }

  /** The unit's name, or an empty string. */
  static String unitOf(String cgroup) {
    int end = cgroup.length();
    while (end > 0) {
      int start = cgroup.lastIndexOf('/', end - 1) + 1;
      String component = cgroup.substring(start, end);
      if (component.endsWith(".service") || component.endsWith(".scope")) {
        return component;
      }
      end = start - 1;
    }
    return "";
  }
}
