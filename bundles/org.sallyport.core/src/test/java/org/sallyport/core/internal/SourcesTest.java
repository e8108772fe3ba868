// SPDX-License-Identifier: Apache-2.0
package org.sallyport.core.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.sallyport.api.admin.AttributionStatus;
import org.sallyport.api.subject.SubjectLookup;
import org.sallyport.api.subject.SubjectSource;

class SourcesTest {

  private static final String CHOSEN = "another was chosen by hand";
  private static final String BETTER = "a better one is used";

  private final AtomicLong clockNs = new AtomicLong();
  private final Absences absences = new Absences(clockNs::get, Duration.ZERO);
  private final Sources sources = new Sources(absences);
  private final Source bpf = new Source("bpf", Optional.empty(), false);
  private final Source sockdiag = new Source("sockdiag", Optional.empty(), true);
  private final Source procfs = new Source("procfs", Optional.empty(), true);

  private record Source(String name, Optional<String> unavailable, boolean isWorthWaitingFor)
      implements SubjectSource {

    @Override
    public SubjectLookup open() throws IOException {
      throw new IOException("nobody asks");
    }
  }

  @Test
  void shouldNotUseASourceThatCannotWorkHereAndSayWhy() {
    Source best = new Source("best", Optional.of("no such kernel"), true);
    Source other = new Source("other", Optional.empty(), true);
    sources.add(best, 300);
    sources.add(other, 200);
    assertThat(sources.source()).contains(other);
    assertThat(sources.ladder())
        .containsExactly(
            new AttributionStatus.Source("best", 300, false, Optional.of("no such kernel")),
            new AttributionStatus.Source("other", 200, true, Optional.empty()));
    sources.remove(best);
    assertThat(sources.source()).as("nobody waits for it").contains(other);
  }

  @Test
  void shouldGoOnAtOnceWithTheNextWhereWaitingIsOfNoUse() {
    absences.grace(Duration.ofSeconds(60));
    Source noting = new Source("noting", Optional.empty(), false);
    Source other = new Source("other", Optional.empty(), true);
    sources.add(noting, 300);
    sources.add(other, 200);
    sources.remove(noting);
    assertThat(sources.source()).contains(other);
    sources.remove(other);
    assertThat(sources.source()).as("waited for").isEmpty();
    assertThat(sources.name()).contains("other");
  }

  @Test
  void shouldNotFailByASourceThatFailsToSpeakOfItself() {
    Source other = new Source("other", Optional.empty(), true);
    SubjectSource broken =
        new SubjectSource() {
          @Override
          public String name() {
            return "broken";
          }

          @Override
          public Optional<String> unavailable() {
            throw new IllegalStateException("hostile");
          }

          @Override
          public SubjectLookup open() throws IOException {
            throw new IOException("nobody asks");
          }
        };
    SubjectSource counting =
        new SubjectSource() {
          @Override
          public String name() {
            return "counting";
          }

          @Override
          public String figures() {
            throw new IllegalStateException("hostile");
          }

          @Override
          public SubjectLookup open() throws IOException {
            throw new IOException("nobody asks");
          }
        };
    sources.add(other, 100);
    sources.add(counting, 200);
    sources.add(broken, 300);
    assertThat(sources.source()).containsSame(counting);
    assertThat(reasons())
        .containsEntry("broken", "it failed: java.lang.IllegalStateException: hostile");
    assertThat(sources.figures()).contains("could not be read");
    sources.remove(counting);
    sources.remove(broken);
    sources.followGrace();
    assertThat(reasons()).containsOnlyKeys("other");
  }

  private void all() {
    sources.add(procfs, 100);
    sources.add(bpf, 300);
    sources.add(sockdiag, 200);
  }

  private Map<String, String> reasons() {
    Map<String, String> reasons = new TreeMap<>();
    sources.ladder().forEach(step -> reasons.put(step.name(), step.reason().orElse("")));
    return reasons;
  }

  @Test
  void shouldUseWhatWasChosenByHandAndSayWhyNoBetterOneIs() {
    all();
    assertThat(reasons()).isEqualTo(Map.of("bpf", "", "sockdiag", BETTER, "procfs", BETTER));

    sources.prefer("sockdiag");

    assertThat(sources.source()).containsSame(sockdiag);
    assertThat(reasons()).isEqualTo(Map.of("bpf", CHOSEN, "sockdiag", "", "procfs", CHOSEN));
    assertThat(sources.chosen()).contains("sockdiag");
    assertThat(sources.notChosen()).isEmpty();
    assertThat(sources.ladder())
        .extracting(step -> step.name())
        .containsExactly("bpf", "sockdiag", "procfs");

    sources.prefer("auto");

    assertThat(sources.source()).containsSame(bpf);
    assertThat(sources.chosen()).isEmpty();
  }

  @Test
  void shouldUseTheBestWhileTheChosenOneIsNotThereOrCannotWork() {
    sources.prefer("bpf");
    assertThat(sources.notChosen()).contains("it is not there");
    sources.add(procfs, 100);
    sources.add(sockdiag, 200);
    assertThat(sources.source()).containsSame(sockdiag);
    assertThat(sources.notChosen()).contains("it is not there");
    assertThat(reasons()).as("nobody's hand is behind it").containsEntry("procfs", BETTER);

    Source broken = new Source("bpf", Optional.of("no BTF"), false);
    sources.add(broken, 300);
    assertThat(sources.source()).containsSame(sockdiag);
    assertThat(sources.notChosen()).contains("no BTF");

    sources.remove(broken);
    sources.add(bpf, 300);
    assertThat(sources.source()).containsSame(bpf);
    assertThat(sources.notChosen()).isEmpty();
  }

  @Test
  void shouldWaitForTheChosenOneWhileItIsReplacedAndForNoOther() {
    absences.grace(Duration.ofSeconds(60));
    all();
    sources.prefer("procfs");

    sources.remove(sockdiag);
    assertThat(sources.source()).as("nobody asks it").containsSame(procfs);

    sources.remove(procfs);
    assertThat(sources.source()).as("waited for, though a better one is there").isEmpty();
    assertThat(sources.name()).contains("procfs");
    assertThat(reasons())
        .containsEntry("procfs", "it is being replaced, and flows wait for it")
        .containsEntry("bpf", CHOSEN);
    sources.add(sockdiag, 200);
    assertThat(sources.source()).as("still").isEmpty();

    Source successor = new Source("procfs", Optional.empty(), true);
    sources.add(successor, 100);
    assertThat(sources.source()).containsSame(successor);

    sources.remove(successor);
    clockNs.addAndGet(Duration.ofSeconds(60).toNanos());
    sources.followGrace();
    assertThat(sources.source()).as("gone for good").containsSame(bpf);
    assertThat(sources.notChosen()).contains("it is not there");
  }

  @Test
  void shouldWaitNoLongerWhereAnotherIsChosenMeanwhile() {
    absences.grace(Duration.ofSeconds(60));
    sources.add(procfs, 100);
    sources.add(sockdiag, 200);
    sources.remove(sockdiag);
    assertThat(sources.source()).isEmpty();

    sources.prefer("procfs");

    assertThat(sources.source()).containsSame(procfs);
    assertThat(absences.replacing(Absences.Kind.SOURCE)).isFalse();
    sources.add(sockdiag, 200);
    assertThat(sources.source()).containsSame(procfs);
  }

  @Test
  void shouldKnowWhoWouldBeUsedAfterAChoice() {
    all();
    assertThat(sources.after("procfs")).containsSame(procfs);
    assertThat(sources.after("auto")).containsSame(bpf);
    assertThat(sources.after("other")).containsSame(bpf);
    assertThat(sources.source()).as("nothing was chosen").containsSame(bpf);
  }
}
