// SPDX-License-Identifier: Apache-2.0
package org.sallyport.shell.internal;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.sallyport.codec.text.Escapes;

class JsonTest {

  @Property(tries = 300)
  void shouldWriteJsonWithNothingSteeringThatReadsBackTheSame(@ForAll String text)
      throws Exception {
    String json = Json.write(Json.object().put("text", text));
    assertThat(json.chars().noneMatch(c -> Escapes.isSteering((char) c))).isTrue();
    assertThat(new ObjectMapper().readTree(json).get("text").textValue()).isEqualTo(text);
  }
}
