// SPDX-License-Identifier: Apache-2.0
package org.sallyport.core.internal.document;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Assume;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.sallyport.api.admin.PolicyRule;
import org.sallyport.core.internal.settings.Settings;

class PolicyTextTest {

  private static final PolicyDocument EMPTY = new PolicyDocument(Map.of(), List.of());

  @Property(tries = 1000)
  void shouldReadBackEveryPolicyItPrints(
      @ForAll @Size(max = 6) List<String> texts,
      @ForAll @Size(max = 6) List<String> comments,
      @ForAll int priority,
      @ForAll boolean enabled)
      throws Exception {
    Assume.that(texts.stream().allMatch(StandardCharsets.UTF_8.newEncoder()::canEncode));
    Assume.that(comments.stream().allMatch(StandardCharsets.UTF_8.newEncoder()::canEncode));
    List<PolicyRule> rules = new ArrayList<>();
    for (int i = 0; i < Math.min(texts.size(), comments.size()); i++) {
      rules.add(new PolicyRule("r" + i, texts.get(i), priority + i, enabled, comments.get(i)));
    }
    PolicyDocument document = new PolicyDocument(Settings.FIRST_START.policyTexts(), rules);

    assertThat(PolicyReader.read(PolicyPrinter.print(document)).over(EMPTY)).isEqualTo(document);
  }

  @Property(tries = 1000)
  void shouldReadOrRefuseEveryTextWithAPlace(@ForAll String text) {
    try {
      assertThat(PolicyReader.read(text)).isNotNull();
    } catch (PolicyTextException e) {
      assertThat(e.line()).isPositive();
      assertThat(e.column()).isPositive();
    }
  }

  @Example
  void shouldLeaveWhatATextDoesNotNameAsItIs() throws Exception {
    PolicyRule rule = new PolicyRule("r", "deny out", 1000, true, "");
    PolicyDocument base = new PolicyDocument(Settings.FIRST_START.policyTexts(), List.of(rule));

    PolicyDocument over = PolicyReader.read("mode: enforce\n").over(base);

    assertThat(over.rules()).containsExactly(rule);
    assertThat(over.settings())
        .containsEntry("mode", "enforce")
        .containsEntry("default.in", "allow");
    assertThat(PolicyReader.read("rules: []").over(base).rules()).isEmpty();
    assertThat(PolicyReader.read("fail: open").over(base).settings())
        .containsEntry("fail.queue-full", "accept");
  }

  @Example
  void shouldRefuseWhatGrowsWhileItIsRead() {
    for (String text :
        List.of(
            "rules: &a [*a]",
            "a: &a [x]\nrules: [*a, *a]",
            "rules:\n- {id: a, rule: x}\n- {id: a, rule: x}",
            "[".repeat(500),
            "mode: observe\n---\nmode: enforce\n",
            "? [a]\n: b")) {
      assertThatThrownBy(() -> PolicyReader.read(text))
          .as(text)
          .isInstanceOf(PolicyTextException.class);
    }
  }
}
