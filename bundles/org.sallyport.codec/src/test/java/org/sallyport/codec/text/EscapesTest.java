// SPDX-License-Identifier: Apache-2.0
package org.sallyport.codec.text;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class EscapesTest {

  @Test
  void shouldEscapeWhatSteersATerminal() {
    assertThat(Escapes.plain("a\u001b[31m\r\n\u007f\u009b\u0085b"))
        .isEqualTo("a\\u001b[31m\\u000d\\u000a\\u007f\\u009b\\u0085b");
  }

  @Test
  void shouldEscapeWhatTurnsALineAround() {
    assertThat(Escapes.plain("x\u202ey\u2066z\u200f\u061c\u2028\u2029\ufeff"))
        .isEqualTo("x\\u202ey\\u2066z\\u200f\\u061c\\u2028\\u2029\\ufeff");
  }

  @Test
  void shouldLeaveOrdinaryTextOfAnyScriptAlone() {
    String text = "grüße ☃ 😀 日本 C:\\dir 'a' \"b\"";
    assertThat(Escapes.plain(text)).isEqualTo(text);
  }

  @Test
  void shouldEscapeHalvesOfPairs() {
    assertThat(Escapes.plain("a\ud83d-\ude00")).isEqualTo("a\\ud83d-\\ude00");
  }

  @Property(tries = 300)
  void shouldLeaveNothingSteering(@ForAll String text) {
    assertThat(Escapes.plain(text).chars().noneMatch(c -> Escapes.isSteering((char) c))).isTrue();
  }
}
