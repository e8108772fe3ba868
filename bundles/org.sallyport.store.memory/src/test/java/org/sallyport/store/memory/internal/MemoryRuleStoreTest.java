// SPDX-License-Identifier: Apache-2.0
package org.sallyport.store.memory.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.sallyport.api.rule.Origin;
import org.sallyport.api.rule.RuleDefinition;
import org.sallyport.api.rule.StoreException;

class MemoryRuleStoreTest {

  private final MemoryRuleStore store = new MemoryRuleStore();

  private static RuleDefinition rule(String id) {
    return new RuleDefinition(id, "allow out", 1000, true, "", new Origin("x", 3));
  }

  @Test
  void shouldKeepReplaceAndRemoveRules() throws StoreException {
    store.put(rule("a"));
    store.put(rule("b"));
    store.put(rule("a").withEnabled(false));

    assertThat(store.read()).hasSize(1);
    assertThat(store.read().get(0).rules())
        .extracting(RuleDefinition::id)
        .containsExactly("a", "b");
    assertThat(store.read().get(0).rules().get(0).enabled()).isFalse();
    assertThat(store.read().get(0).rules().get(0).origin()).isEqualTo(new Origin("memory", 0));
    assertThat(store.remove("a")).isTrue();
    assertThat(store.remove("a")).isFalse();
    assertThat(store.rank()).isEqualTo(200);
  }

  @Test
  void shouldRefuseToGrowWithoutBounds() throws StoreException {
    for (int i = 0; i < MemoryRuleStore.MAX_RULES; i++) {
      store.put(rule("r" + i));
    }

    assertThatThrownBy(() -> store.put(rule("more"))).isInstanceOf(StoreException.class);
    store.put(rule("r1"));
  }

  @Test
  void shouldReplaceAllRulesOrNone() throws StoreException {
    store.put(rule("a"));
    store.replaceKept(List.of(rule("b"), rule("c")));
    assertThat(store.kept()).extracting(RuleDefinition::id).containsExactly("b", "c");

    List<RuleDefinition> tooMany =
        IntStream.rangeClosed(0, MemoryRuleStore.MAX_RULES).mapToObj(i -> rule("r" + i)).toList();
    assertThatThrownBy(() -> store.replaceKept(tooMany)).isInstanceOf(StoreException.class);

    assertThat(store.kept()).extracting(RuleDefinition::id).containsExactly("b", "c");
  }
}
