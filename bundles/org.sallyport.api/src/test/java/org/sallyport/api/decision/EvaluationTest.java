// SPDX-License-Identifier: Apache-2.0
package org.sallyport.api.decision;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.sallyport.api.match.Input;
import org.sallyport.api.match.ReadSet;
import org.sallyport.api.match.Volatility;

class EvaluationTest {

  private static final Set<Input> OF_A_SOCKET =
      EnumSet.of(
          Input.DIRECTION,
          Input.PROTOCOL,
          Input.SUBJECT_KIND,
          Input.SOCKET_OWNER,
          Input.PROCESS,
          Input.ANCESTORS);

  private final Evaluation evaluation = new Evaluation();

  @Test
  void shouldHoldForTheWholeSocketOnlyIfNothingOfTheFlowWasLookedAt() {
    for (Input input : Input.values()) {
      evaluation.reset();
      evaluation.rest(ReadSet.of(Volatility.PROCESS, Input.PROCESS));
      evaluation.rest(ReadSet.of(Volatility.STATIC, input));
      assertThat(evaluation.isForWholeSocket())
          .as("%s", input)
          .isEqualTo(OF_A_SOCKET.contains(input));
      assertThat(evaluation.volatility()).isEqualTo(Volatility.PROCESS);
    }
  }

  @Test
  void shouldNotBeSureOfWhatNobodySays() {
    assertThat(evaluation.isForWholeSocket()).isFalse();
    evaluation.rest(ReadSet.of(Volatility.PROCESS, Input.PROCESS));
    evaluation.rest(Volatility.STATIC);
    assertThat(evaluation.isForWholeSocket()).isFalse();
    evaluation.reset();
    assertThat(evaluation.isForWholeSocket()).isFalse();
  }
}
