// SPDX-License-Identifier: Apache-2.0
package org.sallyport.engine.internal.attribute;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sallyport.api.rule.Criterion;
import org.sallyport.api.rule.Operator;
import org.sallyport.engine.internal.text.CriterionException;

class PatternSizeTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          abc                   | 3
          a{1000}               | 1000
          ab{2,5}c              | 7
          a{3,}                 | 3
          (a{10}){10}           | 110
          ((a{100}){100}){100}  | 1010100
          a{x}                  | 4
          [({5]{3}              | 3
          []{4}]{3}             | 3
          [[:alpha:]{9}]{2}     | 2
          \\({3}                | 3
          \\Qa{9}\\E{2}         | 5
          ((((                  | 4
          ))))                  | 0
          """)
  void shouldCountWhatRepetitionsBecome(String expression, long size) {
    assertThat(PatternSize.of(expression)).isEqualTo(size);
  }

  @Test
  void shouldNotOverflow() {
    String expression = "(".repeat(200) + "a" + "{999999999})".repeat(200);
    assertThat(PatternSize.of(expression)).isBetween(1_000_000L, (long) Integer.MAX_VALUE);
  }

  @Test
  void shouldKeepAnExpressionFromFillingTheHeap() {
    Criterion criterion =
        new Criterion("process.name", Operator.REGEX, List.of("((a{1000}){1000}){1000}"), false);
    assertThatThrownBy(() -> TextTest.of(criterion))
        .isInstanceOf(CriterionException.class)
        .hasMessageContaining("repeats too much");
  }
}
