// SPDX-License-Identifier: Apache-2.0
package org.sallyport.nfqueue.internal.loop;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How long a question may take on a slow machine. */
class AgentSettingsTest {

  @AfterEach
  void clear() {
    System.clearProperty(AgentSettings.ANSWER_SECONDS);
  }

  @Test
  void shouldWaitTwoSeconds() {
    assertThat(AgentSettings.answerSeconds()).isEqualTo(2);
    assertThat(AgentSettings.DEFAULTS.answerTimeoutNs()).isEqualTo(2_000_000_000L);
  }

  @ParameterizedTest
  @CsvSource({"1,1", "30,30", "60,60", "0,2", "61,2", "-5,2", "soon,2", "'',2"})
  void shouldTakeWhatIsWithinTheRange(String given, long seconds) {
    System.setProperty(AgentSettings.ANSWER_SECONDS, given);
    assertThat(AgentSettings.answerSeconds()).isEqualTo(seconds);
  }
}
