// SPDX-License-Identifier: Apache-2.0
package org.sallyport.engine.internal.attribute;

import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.sallyport.api.match.Matcher;
import org.sallyport.api.match.ReadSet;
import org.sallyport.api.match.Truth;
import org.sallyport.api.packet.FlowView;
import org.sallyport.api.rule.Criterion;
import org.sallyport.api.subject.SubjectKind;
import org.sallyport.api.subject.SubjectView;
import org.sallyport.engine.internal.text.CriterionException;
import org.sallyport.engine.internal.text.NearWord;

/**
 * The criterion {@code subject=…}. A sender nobody could find may be a program or the kernel, so
 * {@code subject=process} is unknown for it, while {@code subject=unknown} names that case itself.
 *
 * @param kinds the kinds named
 * @param negated whether none of them may be it
 */
public record KindMatcher(Set<SubjectKind> kinds, boolean negated) implements Matcher {

  private static final List<SubjectKind> NAMED =
      List.of(
          SubjectKind.PROCESS,
          SubjectKind.KERNEL,
          SubjectKind.NONE,
          SubjectKind.FORWARD,
          SubjectKind.UNKNOWN);

  static Matcher of(Criterion criterion, Lookups lookups) {
    EnumSet<SubjectKind> kinds = EnumSet.noneOf(SubjectKind.class);
    criterion.values().forEach(value -> kinds.add(kind(value)));
    return new KindMatcher(kinds, criterion.negated());
  }

  /** Reads a kind's word. */
  public static SubjectKind kind(String value) {
    for (SubjectKind kind : NAMED) {
      if (word(kind).equals(value)) {
        return kind;
      }
    }
    List<String> words = NAMED.stream().map(KindMatcher::word).toList();
    throw new CriterionException(
        "subject: '" + value + "' is no kind of sender",
        NearWord.of(value, words)
            .map(near -> "Did you mean " + near + "?")
            .orElse("Write one of " + String.join(", ", words) + "."));
  }

  static String word(SubjectKind kind) {
    return kind.name().toLowerCase(Locale.ROOT);
  }

  @Override
  public ReadSet reads() {
    return Reads.KIND;
  }

  @Override
  public Truth test(FlowView flow, SubjectView subject) {
    SubjectKind kind = subject.kind();
    if (kind == SubjectKind.PENDING) {
      return Truth.PENDING;
    }
    if (kind == SubjectKind.UNKNOWN && !kinds.contains(SubjectKind.UNKNOWN)) {
      return Truth.UNKNOWN;
    }
    return Truth.of(kinds.contains(kind) != negated);
  }
}
