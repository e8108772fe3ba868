// SPDX-License-Identifier: Apache-2.0
package org.sallyport.nfqueue.internal.loop;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ParkingWatchTest {

  private final ParkingWatch watch = new ParkingWatch();

  @Test
  void shouldLookWhileAnythingSentHasNotArrived() {
    assertThat(watch.isWorthALook(0)).as("an earlier agent's").isTrue();
    watch.saw(0, 0);
    assertThat(watch.isWorthALook(0)).isFalse();
    assertThat(watch.isWorthALook(2)).isTrue();
    watch.saw(1, 2);
    watch.saw(0, 2);
    assertThat(watch.isWorthALook(2)).as("one is under way").isTrue();
    watch.saw(1, 2);
    watch.saw(0, 2);
    assertThat(watch.isWorthALook(2)).isFalse();
    watch.lookAgain();
    assertThat(watch.isWorthALook(2)).isTrue();
  }

  @Test
  void shouldNotTakeAnEarlierAgentsPacketsForItsOwn() {
    watch.saw(5, 0);
    watch.saw(0, 0);
    assertThat(watch.isWorthALook(1)).isTrue();
  }
}
