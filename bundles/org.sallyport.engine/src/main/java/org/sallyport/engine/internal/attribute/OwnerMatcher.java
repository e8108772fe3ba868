// SPDX-License-Identifier: Apache-2.0
package org.sallyport.engine.internal.attribute;

import java.util.List;
import java.util.Optional;
import org.sallyport.api.decision.FlowTest;
import org.sallyport.api.decision.FlowTest.IdKind;
import org.sallyport.api.decision.IdRange;
import org.sallyport.api.match.ReadSet;
import org.sallyport.api.match.Truth;
import org.sallyport.api.packet.FlowView;
import org.sallyport.api.rule.Criterion;
import org.sallyport.api.subject.Fact;
import org.sallyport.api.subject.SubjectView;

/**
 * The user or group that opened the socket.
 *
 * @param kind which of them
 * @param ids the ids named
 * @param negated whether it may be none of them
 */
record OwnerMatcher(IdKind kind, IdTest ids, boolean negated) implements Lowerable {

  static OwnerMatcher user(Criterion criterion, Lookups lookups) {
    IdTest ids = IdTest.ofIds(criterion, lookups.names()::userId);
    return new OwnerMatcher(IdKind.USER, ids, criterion.negated());
  }

  static OwnerMatcher group(Criterion criterion, Lookups lookups) {
    IdTest ids = IdTest.ofIds(criterion, lookups.names()::groupId);
    return new OwnerMatcher(IdKind.GROUP, ids, criterion.negated());
  }

  @Override
  public ReadSet reads() {
    return Reads.SOCKET_OWNER;
  }

  @Override
  public Truth test(FlowView flow, SubjectView subject) {
    Fact<Long> fact = kind == IdKind.USER ? subject.userId() : subject.groupId();
    return fact instanceof Fact.Known<Long> known
        ? Truth.of(ids.has(known.value()) != negated)
        : FactMatcher.ofMissing(fact);
  }

  /** A name service may hand out what is no id to the kernel: then the packet core compares. */
  @Override
  public Optional<FlowTest> flowTest() {
    if (!ids.within(0, IdRange.MAX)) {
      return Optional.empty();
    }
    List<IdRange> ranges = ids.ranges(IdRange::new);
    return Optional.of(new FlowTest.Owner(kind, ranges, negated));
  }
}
