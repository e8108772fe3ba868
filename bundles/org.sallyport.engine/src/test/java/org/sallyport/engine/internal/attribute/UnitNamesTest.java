// SPDX-License-Identifier: Apache-2.0
package org.sallyport.engine.internal.attribute;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UnitNamesTest {

  @ParameterizedTest
  @CsvSource({"a\\x2db.service,a-b.service", "a\\x2,a\\x2", "\\xc3\\xa4,ä", "\\xzz,\\xzz", "ä,ä"})
  void shouldDecodeEscapes(String name, String decoded) {
    assertThat(UnitNames.decoded(name)).isEqualTo(decoded);
  }
}
