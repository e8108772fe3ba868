// SPDX-License-Identifier: Apache-2.0
package org.sallyport.engine.internal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PluginIdentitiesTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          (&(osgi.wiring.package=x)(version>=1.2.0)(!(version>=2.0.0))) | [1.2.0,2.0.0)
          (&(osgi.wiring.package=x)(version>=1.2.0))                    | 1.2.0
          (osgi.wiring.package=x)                                       | 0.0.0
          """)
  void shouldTellTheRangeOfTheApi(String filter, String range) {
    assertThat(PluginIdentities.range(filter)).isEqualTo(range);
  }
}
