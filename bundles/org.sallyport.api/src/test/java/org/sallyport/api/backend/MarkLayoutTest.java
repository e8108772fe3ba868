// SPDX-License-Identifier: Apache-2.0
package org.sallyport.api.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MarkLayoutTest {

  @ParameterizedTest
  @ValueSource(ints = {0xffff0000, 0xffff, 0xffffffff, 0x0ffff000, 0x7fffffff})
  void shouldKeepStatesAndGenerationsApartWithinTheMask(int mask) {
    MarkLayout marks = new MarkLayout(mask);
    int states = marks.undecided() | marks.outOk() | marks.inOk() | marks.refused();

    assertThat(states).isEqualTo(marks.stateMask());
    assertThat(states | marks.generationBits(marks.maxGeneration())).isEqualTo(mask);
    assertThat(states & marks.generationBits(marks.maxGeneration())).isZero();
    assertThat(marks.generationOf(marks.outOk() | marks.generationBits(17) | ~mask)).isEqualTo(17);
    assertThat(marks.maxGeneration()).isGreaterThanOrEqualTo(4095);
  }

  @ParameterizedTest
  @ValueSource(ints = {0xffff0000, 0xffff, 0xffffffff, 0x0ffff000, 0x7fffffff})
  void shouldTellRewrittenFromRefusedAndFromAllOtherProofs(int mask) {
    MarkLayout marks = new MarkLayout(mask);
    int proof = marks.outOk() | marks.generationBits(17);
    assertThat(marks.isRewritten(proof | marks.refused())).isTrue();
    assertThat(marks.isRewritten(marks.undecided() | proof | marks.refused()))
        .as("while observing")
        .isTrue();
    assertThat(marks.isRewritten(marks.refused())).isFalse();
    assertThat(marks.isRewritten(proof)).isFalse();
    assertThat(marks.isRewritten(proof | marks.inOk() | ~mask)).isFalse();
    assertThat(marks.isRewritten(marks.inOk() | marks.refused())).isFalse();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 0xff, 0xfff0fff0, 0x7fff})
  void shouldRefuseAMaskThatIsTooSmallOrHasGaps(int mask) {
    assertThatThrownBy(() -> new MarkLayout(mask)).hasMessageContaining("one run of at least 16");
  }
}
