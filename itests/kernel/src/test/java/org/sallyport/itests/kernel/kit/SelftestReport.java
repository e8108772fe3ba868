// SPDX-License-Identifier: Apache-2.0
package org.sallyport.itests.kernel.kit;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Set;
import java.util.stream.StreamSupport;

/**
 * What the self-test found.
 *
 * @param json as it prints it with {@code --json}
 */
public record SelftestReport(JsonNode json) {

  private static final int KINDS = 44;
  private static final int PROMISED_BY_BPF = 39;

  /** One object for each kind. */
  public List<JsonNode> kinds() {
    return StreamSupport.stream(json.get("kinds").spliterator(), false).toList();
  }

  /** Those whose flows must all have been attributed. */
  public List<JsonNode> promised() {
    return kinds().stream().filter(kind -> kind.get("promised").asBoolean()).toList();
  }

  /** One kind's object. */
  public JsonNode kind(String name) {
    return kinds().stream()
        .filter(kind -> kind.get("kind").asText().equals(name))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no kind " + name + " in " + json));
  }

  /** Fails if anybody was taken for another, or a promise was not kept. */
  public SelftestReport assertNothingWrong() {
    assertThat(kinds()).isNotEmpty();
    for (JsonNode kind : kinds()) {
      assertThat(kind.get("wrong").asInt()).as(kind.toString()).isZero();
      assertThat(kind.get("result").asText()).as(kind.toString()).isIn("ok", "lacking");
    }
    for (JsonNode kind : promised()) {
      assertThat(kind.get("attributed")).as(kind.toString()).isEqualTo(kind.get("made"));
    }
    assertThat(json.get("ok").asBoolean()).isTrue();
    return this;
  }

  /** Fails unless all kinds were made, with bpf; a kernel may only lack some protocols. */
  public SelftestReport assertWhole(int count, Set<String> mayBeLacking) {
    assertThat(json.get("source").asText()).isEqualTo("bpf");
    assertThat(kinds()).hasSize(KINDS);
    assertThat(promised()).hasSize(PROMISED_BY_BPF);
    for (JsonNode kind : kinds()) {
      if (kind.get("made").asInt() != count) {
        assertThat(kind.get("result").asText()).as(kind.toString()).isEqualTo("lacking");
        assertThat(mayBeLacking).contains(kind.get("kind").asText());
      }
    }
    return this;
  }
}
