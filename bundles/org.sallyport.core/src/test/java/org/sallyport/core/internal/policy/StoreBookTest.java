// SPDX-License-Identifier: Apache-2.0
package org.sallyport.core.internal.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sallyport.api.decision.RuleProblem;
import org.sallyport.api.decision.StoredRule;
import org.sallyport.api.rule.Origin;
import org.sallyport.api.rule.RuleDefinition;
import org.sallyport.api.rule.RuleStore;
import org.sallyport.api.rule.StoreError;
import org.sallyport.api.rule.StoreListener;
import org.sallyport.api.rule.StoreUnit;

class StoreBookTest {

  private static final RuleDefinition WEB = rule("web", "a.yaml", 2);
  private static final RuleDefinition DNS = rule("dns", "b.yaml", 2);

  @TempDir Path folder;
  private final FixedStore store = new FixedStore();
  private RuleCounters counters;
  private StoreBook book;

  @BeforeEach
  void open() throws Exception {
    counters = new RuleCounters(folder.resolve("counters"), "boot-1");
    book = new StoreBook(counters, Map.of());
  }

  @Test
  void shouldKeepTheLastGoodRulesOfAUnitThatCannotBeRead() {
    store.units = List.of(good("a.yaml", WEB), good("b.yaml", DNS));
    book.refresh(store);
    book.accept(true);

    store.units = List.of(bad("a.yaml", "line 3 is not YAML"), good("b.yaml"));
    book.refresh(store);

    assertThat(ids()).containsExactly("web");
    assertThat(book.status("file").get(0).stale()).isTrue();
    assertThat(book.status("file").get(0).errors())
        .extracting(StoreError::message)
        .containsExactly("line 3 is not YAML");
  }

  @Test
  void shouldTellRulesThatWereInForceFromNewOnes() {
    store.units = List.of(good("a.yaml", WEB));
    book.refresh(store);
    assertThat(book.rules()).extracting(StoredRule::inForce).containsExactly(false);
    book.accept(true);

    RuleDefinition moved = WEB.withEnabled(false);
    store.units = List.of(good("a.yaml", DNS, moved));
    book.refresh(store);

    assertThat(book.rules()).extracting(StoredRule::inForce).containsExactly(false, true);
  }

  @Test
  void shouldKeepTheLastGoodRulesOfAUnitThatTheEngineRefuses() {
    store.units = List.of(good("a.yaml", WEB));
    book.refresh(store);
    book.accept(true);
    RuleDefinition wrong = rule("wrong", "a.yaml", 7);
    store.units = List.of(good("a.yaml", wrong));
    book.refresh(store);

    boolean blamed = book.reject(List.of(problem(wrong)));

    assertThat(blamed).isTrue();
    assertThat(ids()).containsExactly("web");
    assertThat(book.status("file").get(0).errors().get(0).origin())
        .isEqualTo(new Origin("a.yaml", 7));
  }

  @Test
  void shouldNotBlameTheLastGoodRulesAgain() {
    store.units = List.of(good("a.yaml", WEB));
    book.refresh(store);
    book.accept(true);
    store.units = List.of(bad("a.yaml", "broken"));
    book.refresh(store);

    assertThat(book.reject(List.of(problem(WEB)))).isFalse();
  }

  @Test
  void shouldKeepTheRuleThatWasThereFirstWhenAnotherTakesItsId() {
    store.units = List.of(good("a.yaml", WEB));
    book.refresh(store);
    book.accept(true);
    RuleDefinition copy = rule("web", "0.yaml", 9);
    store.units = List.of(good("0.yaml", copy), good("a.yaml", WEB));
    book.refresh(store);

    assertThat(book.reject(List.of(problem(WEB)))).isTrue();

    assertThat(book.rules()).extracting(StoredRule::definition).containsExactly(WEB);
    assertThat(book.status("file").get(0).errors())
        .extracting(StoreError::origin)
        .containsExactly(copy.origin());
  }

  @Test
  void shouldDropTheRulesOfAUnitThatIsGone() {
    store.units = List.of(good("a.yaml", WEB), good("b.yaml", DNS));
    book.refresh(store);
    book.accept(true);

    store.units = List.of(good("b.yaml", DNS));
    book.refresh(store);

    assertThat(ids()).containsExactly("dns");
  }

  @Test
  void shouldKeepTheRulesOfAStoreThatIsAway() {
    store.units = List.of(good("a.yaml", WEB));
    book.refresh(store);
    book.accept(true);

    book.away(store.name());

    assertThat(ids()).containsExactly("web");
    assertThat(book.status("file").get(0).active()).isFalse();
    assertThat(book.status("file").get(0).stale()).isTrue();
  }

  @Test
  void shouldStartWithWhatAnEarlierDaemonRemembered() {
    book = new StoreBook(counters, Map.of("fixed", Map.of("a.yaml", List.of(WEB))));
    store.units = List.of(bad("a.yaml", "broken while nobody looked"));
    book.refresh(store);

    assertThat(ids()).containsExactly("web");
  }

  @Test
  void shouldCountALaterRuleOfTheSameIdFromZero() {
    store.units = List.of(good("a.yaml", WEB));
    book.refresh(store);
    book.accept(true);
    book.rules().get(0).counter().hit(84, 1);
    store.units = List.of(good("a.yaml"));
    book.refresh(store);
    book.accept(true);

    store.units = List.of(good("a.yaml", WEB));
    book.refresh(store);

    assertThat(book.rules().get(0).counter().packets()).isZero();
  }

  private List<String> ids() {
    return book.rules().stream().map(StoredRule::definition).map(RuleDefinition::id).toList();
  }

  private static RuleProblem problem(RuleDefinition rule) {
    return new RuleProblem(
        RuleProblem.Kind.TEXT, rule.id(), rule.origin(), "no such attribute", "");
  }

  private static RuleDefinition rule(String id, String file, int line) {
    return new RuleDefinition(id, "deny out", 1000, true, "", new Origin(file, line));
  }

  private static StoreUnit good(String name, RuleDefinition... rules) {
    return new StoreUnit(name, List.of(rules), List.of());
  }

  private static StoreUnit bad(String name, String message) {
    return new StoreUnit(name, List.of(), List.of(new StoreError(new Origin(name, 1), message)));
  }

  /** A store that holds what the test says. */
  private static final class FixedStore implements RuleStore {
    private List<StoreUnit> units = new ArrayList<>();

    @Override
    public String name() {
      return "fixed";
    }

    @Override
    public int rank() {
      return 1;
    }

    @Override
    public void open(StoreListener listener) {}

    @Override
    public List<StoreUnit> read() {
      return units;
    }

    @Override
    public void put(RuleDefinition rule) {
      throw new AssertionError("not asked here");
    }

    @Override
    public boolean remove(String id) {
      throw new AssertionError("not asked here");
    }

    @Override
    public void close() {}
  }
}
