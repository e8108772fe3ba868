// SPDX-License-Identifier: Apache-2.0
package org.sallyport.nfqueue.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.sallyport.api.subject.KernelTap;

class TapTroubleTest {

  private final List<String> log = new ArrayList<>();
  private long nowNs = Long.MAX_VALUE - 7; // the clock may start anywhere
  private final TapTrouble trouble = new TapTrouble(() -> nowNs, log::add);
  private final KernelTap one = new Tap("/one");
  private final KernelTap two = new Tap("/two");

  private record Tap(String pinned) implements KernelTap {
    @Override
    public void inForce(boolean stands) {
      throw new IllegalStateException("nobody tells");
    }
  }

  private void seconds(long seconds) {
    nowNs += TimeUnit.SECONDS.toNanos(seconds);
  }

  @Test
  void shouldTryAgainAfterAMinuteAndThenEverMoreSeldom() {
    trouble.refused(one, "no such match");
    for (long pause : new long[] {60, 120, 240, 480, 600, 600}) {
      seconds(pause - 1);
      assertThat(trouble.isDue()).as("%d s", pause).isFalse();
      assertThat(trouble.mayTry(one)).as("%d s", pause).isFalse();
      seconds(1);
      assertThat(trouble.isDue()).as("%d s", pause).isTrue();
      assertThat(trouble.mayTry(one)).as("%d s", pause).isTrue();
      trouble.refused(one, "no such match");
    }
    assertThat(log).as("nothing new to say").containsExactly("no such match");
    assertThat(trouble.problem()).contains("no such match");

    trouble.refused(one, "no such file");
    assertThat(log).containsExactly("no such match", "no such file");
    trouble.over();
    trouble.refused(one, "no such match");
    seconds(60);
    assertThat(trouble.isDue()).as("from the beginning").isTrue();
  }

  @Test
  void shouldHoldNothingAgainstAnotherTap() {
    trouble.refused(one, "no such match");
    assertThat(trouble.mayTry(two)).isTrue();
    trouble.concerns(Optional.of(one));
    assertThat(trouble.mayTry(one)).isFalse();
    trouble.concerns(Optional.of(two));
    assertThat(trouble.problem()).isEmpty();
    assertThat(trouble.mayTry(one)).isTrue();

    trouble.refused(two, "no such match");
    trouble.concerns(Optional.empty());
    assertThat(trouble.isDue()).isFalse();
    assertThat(trouble.problem()).isEmpty();
  }

  /** That costs nothing but asking. */
  @Test
  void shouldTryWhatCouldNotBePinnedWithWhateverIsWrittenNext() {
    trouble.notPinned(one, "no file system");
    assertThat(trouble.mayTry(one)).isTrue();
    assertThat(trouble.isDue()).isFalse();
    seconds(60);
    assertThat(trouble.isDue()).as("if nothing is written").isTrue();
    assertThat(trouble.problem()).contains("no file system");
  }
}
