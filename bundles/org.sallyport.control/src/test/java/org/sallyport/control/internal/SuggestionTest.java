// SPDX-License-Identifier: Apache-2.0
package org.sallyport.control.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class SuggestionTest {

  private static final List<String> KNOWN = List.of("status", "stores", "rules", "show");

  @Test
  void shouldFindTheNearestWord() {
    assertThat(Suggestion.nearest("statsu", KNOWN)).hasValue("status");
    assertThat(Suggestion.nearest("store", KNOWN)).hasValue("stores");
    assertThat(Suggestion.nearest("rule", KNOWN)).hasValue("rules");
  }

  @Test
  void shouldFindNothingWhereNothingIsNear() {
    assertThat(Suggestion.nearest("xyzzy", KNOWN)).isEmpty();
    assertThat(Suggestion.nearest("s".repeat(100_000), KNOWN)).isEmpty();
  }
}
