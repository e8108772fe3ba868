// SPDX-License-Identifier: Apache-2.0
package org.sallyport.kernel.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.sallyport.kernel.events.Inheritance.OVER_EXEC;
import static org.sallyport.kernel.events.Inheritance.UNTIL_EXEC;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Process 10 is a shell that was there before, 20 the program that holds a socket. */
class ProcessFamiliesTest {

  private static final int SHELL = 10;
  private static final int HOLDER = 20;

  private final ProcessFamilies families = new ProcessFamilies(64, 32);
  private long nowNs = 1_000_000_000_000L;

  @BeforeEach
  void begin() {
    families.begin();
    families.addOld(1);
    families.addOld(SHELL);
    families.addOldParent(SHELL, 1);
    program(SHELL, HOLDER);
  }

  private long later() {
    nowNs += 1_000_000;
    return nowNs;
  }

  private void fork(int parent, int child) {
    families.forked(child, parent, later());
  }

  private void program(int parent, int child) {
    fork(parent, child);
    families.executed(child, later());
  }

  private void end(int process) {
    families.ended(process, true, later());
  }

  private boolean hasLostOne(long sinceNs) {
    return families.hasLostOne(HOLDER, sinceNs, OVER_EXEC);
  }

  @Test
  void shouldMissAChildThatEndedSinceAndNotOneThatEndedBefore() {
    fork(HOLDER, 30);
    long beforeNs = later();
    assertThat(hasLostOne(beforeNs)).isFalse();
    end(30);
    assertThat(hasLostOne(beforeNs)).isTrue();
    assertThat(hasLostOne(later())).isFalse();
  }

  @Test
  void shouldNotCareForStrangersAndSiblings() {
    long beforeNs = later();
    program(SHELL, 30);
    end(30);
    fork(SHELL, 31);
    end(31);
    program(30, 32);
    end(32);
    assertThat(hasLostOne(beforeNs)).isFalse();
    assertThat(families.living(HOLDER, OVER_EXEC)).isEmpty();
  }

  @Test
  void shouldMissAnotherProgramOnlyIfTheSocketIsHandedDownToIt() {
    program(HOLDER, 30);
    long beforeNs = later();
    end(30);
    assertThat(families.hasLostOne(HOLDER, beforeNs, OVER_EXEC)).isTrue();
    assertThat(families.hasLostOne(HOLDER, beforeNs, UNTIL_EXEC)).isFalse();
  }

  @Test
  void shouldMissAForebearThatLeftTheSocketBehind() {
    long beforeNs = later();
    fork(HOLDER, 30);
    end(HOLDER);
    assertThat(families.hasLostOne(30, beforeNs, OVER_EXEC)).isTrue();
    families.executed(30, later());
    assertThat(families.hasLostOne(30, beforeNs, OVER_EXEC)).isTrue();
    assertThat(families.hasLostOne(30, beforeNs, UNTIL_EXEC)).isFalse();
  }

  @Test
  void shouldMissASiblingWithWhomItHasADeadForebearInCommon() {
    program(SHELL, 30);
    program(30, 31);
    program(30, 32);
    end(30);
    long afterNs = later();
    assertThat(families.hasLostOne(31, afterNs, OVER_EXEC)).isFalse();
    end(32);
    assertThat(families.hasLostOne(31, afterNs, OVER_EXEC)).isTrue();
  }

  @Test
  void shouldMissAWorkerOfTheSameServer() {
    fork(HOLDER, 30);
    fork(HOLDER, 31);
    long beforeNs = later();
    end(31);
    assertThat(families.hasLostOne(30, beforeNs, OVER_EXEC)).isTrue();
    assertThat(families.hasLostOne(30, beforeNs, UNTIL_EXEC)).isTrue();
  }

  @Test
  void shouldNotCareForAChildThatBecomesItsFirstProgram() {
    fork(HOLDER, 30);
    long beforeNs = later();
    families.executed(30, later());
    assertThat(hasLostOne(beforeNs)).isFalse();
    families.executed(30, later());
    assertThat(hasLostOne(beforeNs)).as("it was another program before").isTrue();
  }

  @Test
  void shouldMissWhoEndedOfWhomNothingIsKnown() {
    long beforeNs = later();
    end(SHELL);
    assertThat(hasLostOne(beforeNs)).as("it was there before the events").isTrue();
    assertThat(hasLostOne(later())).isFalse();
    long againNs = later();
    end(999);
    assertThat(hasLostOne(againNs)).as("nobody told of it").isTrue();
  }

  /** Events of two processors may come in another order than they happened. */
  @Test
  void shouldFindAnEndAmongLaterOnes() {
    fork(HOLDER, 30);
    program(SHELL, 31);
    long beforeNs = later();
    long earlyNs = later();
    families.ended(30, true, later());
    families.ended(31, true, earlyNs - 2_000_000);
    assertThat(hasLostOne(beforeNs)).isTrue();
  }

  /** Ids are given out again from the beginning. */
  @Test
  void shouldTellALaterProcessOfTheSameIdFromTheEarlier() {
    fork(HOLDER, 30);
    end(30);
    long betweenNs = later();
    program(SHELL, 30);
    assertThat(families.living(HOLDER, OVER_EXEC)).isEmpty();
    end(30);
    assertThat(hasLostOne(betweenNs)).isFalse();
  }

  @Test
  void shouldTellWhoOfTheFamilyLives() {
    fork(HOLDER, 30);
    program(30, 31);
    program(HOLDER, 32);
    fork(32, 33);
    assertThat(families.living(HOLDER, OVER_EXEC)).containsExactlyInAnyOrder(30, 31, 32, 33);
    assertThat(families.living(HOLDER, UNTIL_EXEC)).containsExactly(30);
    end(30);
    assertThat(families.living(HOLDER, OVER_EXEC)).containsExactlyInAnyOrder(31, 32, 33);
  }

  /** What one thread executes goes on under the id of the first, which ends for it. */
  @Test
  void shouldNotTakeAProcessForDeadWhoseThreadExecuted() {
    fork(HOLDER, 30);
    end(30);
    families.executed(30, later());
    assertThat(families.living(HOLDER, OVER_EXEC)).containsExactly(30);
    families.ended(30, false, later());
    assertThat(families.living(HOLDER, OVER_EXEC)).as("a thread of it").containsExactly(30);
  }

  @Test
  void shouldTakeAProcessForDeadWithItsLastThread() {
    fork(HOLDER, 30);
    end(30);
    long betweenNs = later();
    families.ended(30, false, later());
    assertThat(hasLostOne(betweenNs)).isTrue();
  }

  @Test
  void shouldBeCertainOfNothingAfterALossUntilItBeginsAnew() {
    families.lost();
    assertThat(families.isLost()).isTrue();
    assertThat(hasLostOne(later())).isTrue();
    families.begin();
    families.addOld(HOLDER);
    assertThat(hasLostOne(later())).isFalse();
  }

  @Test
  void shouldCountAsALossWhatItHasNoRoomFor() {
    for (int i = 0; i < 32; i++) {
      assertThat(families.isLost()).isFalse();
      families.executed(HOLDER, later());
    }
    assertThat(families.isLost()).as("executions").isTrue();
    families.begin();
    for (int i = 0; i <= 64; i++) {
      fork(SHELL, 100 + i);
    }
    assertThat(families.isLost()).as("processes").isTrue();
  }

  @Test
  void shouldForgetTheDeadInTime() {
    for (int i = 0; i < 1000; i++) {
      fork(HOLDER, 1000 + i);
      end(1000 + i);
      nowNs += ProcessFamilies.KEPT_NS / 10;
    }
    assertThat(families.isLost()).isFalse();
    assertThat(hasLostOne(nowNs - 2 * ProcessFamilies.KEPT_NS / 10)).isTrue();
  }

  /** Each makes the next one and ends: the last one's line is not kept for ever. */
  @Test
  void shouldBeInDoubtAboutALineThatIsForgotten() {
    int last = HOLDER;
    for (int i = 0; i < 1000; i++) {
      fork(last, 1000 + i);
      end(last);
      last = 1000 + i;
      nowNs += ProcessFamilies.KEPT_NS / 10;
    }
    program(SHELL, HOLDER);
    long beforeNs = later();
    assertThat(hasLostOne(beforeNs)).isFalse();
    end(last);
    assertThat(hasLostOne(beforeNs)).as("who knows").isTrue();
    assertThat(families.isLost()).isFalse();
  }
}
