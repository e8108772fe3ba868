// SPDX-License-Identifier: Apache-2.0
package org.sallyport.core.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.sallyport.api.admin.AttributionStatus;
import org.sallyport.api.subject.SubjectLookup;
import org.sallyport.api.subject.SubjectSource;

class PartsTest {

  private final Parts parts = new Parts();

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
    parts.add(best, 300);
    parts.add(other, 200);
    assertThat(parts.source()).contains(other);
    assertThat(parts.unusedSources())
        .isEqualTo(List.of(new AttributionStatus.NotUsed("best", "no such kernel")));
    parts.remove(best);
    assertThat(parts.source()).as("nobody waits for it").contains(other);
  }

  @Test
  void shouldGoOnAtOnceWithTheNextWhereWaitingIsOfNoUse() {
    parts.absences().grace(Duration.ofSeconds(60));
    Source noting = new Source("noting", Optional.empty(), false);
    Source other = new Source("other", Optional.empty(), true);
    parts.add(noting, 300);
    parts.add(other, 200);
    parts.remove(noting);
    assertThat(parts.source()).contains(other);
    parts.remove(other);
    assertThat(parts.source()).as("waited for").isEmpty();
    assertThat(parts.sourceName()).contains("other");
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
    parts.add(other, 100);
    parts.add(counting, 200);
    parts.add(broken, 300);
    assertThat(parts.source()).containsSame(counting);
    assertThat(parts.unusedSources()).extracting(s -> s.source()).containsExactly("broken");
    assertThat(parts.sourceFigures()).contains("could not be read");
    parts.remove(counting);
    parts.remove(broken);
    assertThat(parts.unusedSources()).isEmpty();
  }
}
