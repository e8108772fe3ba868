// SPDX-License-Identifier: Apache-2.0
package org.sallyport.core.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sallyport.api.admin.StoreStatus;
import org.sallyport.api.decision.Compilation;
import org.sallyport.api.decision.Hypothesis;
import org.sallyport.api.decision.PolicyEngine;
import org.sallyport.api.decision.PolicySource;
import org.sallyport.api.decision.RuleSyntaxException;
import org.sallyport.api.rule.Origin;
import org.sallyport.api.rule.RuleDefinition;
import org.sallyport.api.rule.RuleText;
import org.sallyport.api.subject.SubjectLookup;
import org.sallyport.api.subject.SubjectSource;
import org.sallyport.core.internal.settings.Waits;

class SwapGraceTest {

  private static final long GRACE_NS = Duration.ofSeconds(5).toNanos();

  @TempDir Path etc;
  @TempDir Path state;
  private final AtomicLong clockNs = new AtomicLong();
  private final Parts parts = new Parts(clockNs::get);
  private final PlainStore file = new PlainStore("file");
  private final PlainStore memory = new PlainStore("memory");
  private final PlainEngine engine = new PlainEngine();
  private final PlainBackend backend = new PlainBackend("plain");
  private Firewall firewall;

  @BeforeEach
  void start() throws Exception {
    Files.writeString(
        etc.resolve("sallyport.yaml"), "swap-grace: 5s\nstores: file, memory\nbackends: plain\n");
    parts.engine(Optional.of(engine));
    parts.add(file);
    parts.add(memory);
    parts.add(backend);
    firewall = new Firewall(parts, new Folders(etc, state), false);
    memory.put(rule("m"));
    firewall.settleIfChanged();
    assertThat(firewall.revision()).isEqualTo(1);
  }

  @AfterEach
  void stop() {
    firewall.events().close();
  }

  private static RuleDefinition rule(String id) {
    return new RuleDefinition(id, "allow process.pid=7", 1000, true, "", new Origin("test", 0));
  }

  private List<String> inForce() {
    return firewall.slot().current().orElseThrow().rules().stream()
        .map(rule -> rule.definition().id())
        .toList();
  }

  private void graceEnds() throws Exception {
    clockNs.addAndGet(GRACE_NS);
    parts.sources().followGrace();
    firewall.settleIfChanged();
  }

  private StoreStatus status(PlainStore store) {
    return firewall.book().status("file").stream()
        .filter(status -> status.name().equals(store.name()))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void shouldMoveNothingWhileABackendIsReplaced() throws Exception {
    parts.remove(backend);
    file.put(rule("late"));

    firewall.settleIfChanged();
    assertThat(firewall.revision()).isEqualTo(1);

    parts.add(new PlainBackend("plain"));
    firewall.settleIfChanged();
    assertThat(firewall.revision()).as("the file changed meanwhile").isEqualTo(2);
    assertThat(inForce()).contains("late");
  }

  @Test
  void shouldGoOnWithoutABackendThatIsGone() throws Exception {
    parts.remove(backend);
    graceEnds();
    assertThat(firewall.revision()).isEqualTo(2);
    assertThat(firewall.state().backends().get(0).healthy()).isFalse();
  }

  @Test
  void shouldKeepTheRevisionWhenTheSameEngineIsBack() throws Exception {
    var before = firewall.slot().current();
    parts.engineLeft(engine);
    firewall.settleIfChanged();
    assertThat(parts.hasEngine()).isTrue();
    parts.engine(Optional.of(new PlainEngine()));

    firewall.settleIfChanged();

    assertThat(firewall.revision()).isEqualTo(1);
    assertThat(firewall.slot().current().orElseThrow())
        .as("compiled by who is there now")
        .isNotSameAs(before.orElseThrow());
  }

  @Test
  void shouldCompileAnewWhenTheEngineIsAnotherOne() throws Exception {
    parts.engineLeft(engine);
    parts.engine(Optional.of(new OtherEngine()));

    firewall.settleIfChanged();

    assertThat(firewall.revision()).isEqualTo(2);
  }

  @Test
  void shouldSayThatTheEngineIsAbsentOnceItsGraceIsOver() throws Exception {
    parts.engineLeft(engine);
    firewall.settleIfChanged();
    assertThat(firewall.state().problems()).isEmpty();

    graceEnds();

    assertThat(parts.hasEngine()).isFalse();
    assertThat(firewall.state().problems().toString()).contains("engine: absent");
    assertThat(firewall.revision()).isEqualTo(1);
  }

  @Test
  void shouldShowAStoreAsStaleOnceItsGraceIsOver() throws Exception {
    parts.remove(file);
    firewall.settleIfChanged();
    assertThat(status(file).stale()).isFalse();

    graceEnds();
    assertThat(status(file).stale()).isTrue();

    parts.add(file);
    firewall.settleIfChanged();
    assertThat(status(file).stale()).isFalse();
    assertThat(firewall.revision()).isEqualTo(1);
  }

  @Test
  void shouldGiveRulesUntilRestartToTheNextInstanceOfTheirStore() throws Exception {
    parts.remove(memory);
    PlainStore successor = new PlainStore("memory");
    parts.add(successor);

    firewall.settleIfChanged();

    assertThat(successor.rules).containsOnlyKeys("m");
    assertThat(firewall.revision()).isEqualTo(1);
  }

  @Test
  void shouldFollowWhatAnotherStoreHoldsWhenItIsBack() throws Exception {
    file.put(rule("f"));
    firewall.settleIfChanged();
    parts.remove(file);
    parts.add(new PlainStore("file"));

    firewall.settleIfChanged();

    assertThat(inForce()).containsExactly("m");
  }

  @Test
  void shouldNotFallToALesserSourceWhileTheBestIsReplaced() throws Exception {
    SubjectSource lesser = new NamedSource("lesser");
    SubjectSource best = new NamedSource("best");
    parts.sources().add(lesser, 1);
    parts.sources().add(best, 2);

    parts.sources().remove(best);
    parts.sources().followGrace();
    assertThat(parts.sources().source()).isEmpty();
    assertThat(parts.sources().name()).contains("best");

    SubjectSource successor = new NamedSource("best");
    parts.sources().add(successor, 2);
    assertThat(parts.sources().source()).containsSame(successor);

    parts.sources().remove(successor);
    graceEnds();
    assertThat(parts.sources().source()).containsSame(lesser);
  }

  @Test
  void shouldKeepTheBestSourceWhenALesserLeaves() {
    SubjectSource lesser = new NamedSource("lesser");
    SubjectSource best = new NamedSource("best");
    parts.sources().add(best, 2);
    parts.sources().add(lesser, 1);

    parts.sources().remove(lesser);

    assertThat(parts.sources().source()).containsSame(best);
  }

  @Test
  void shouldWaitForTheProvidersThatTheSettingsName() {
    parts.sources().add(new NamedSource("source"), 1);
    Duration any = Duration.ofSeconds(1);
    assertThat(parts.complete(new Waits(List.of("file"), List.of(), any, any), List.of("plain")))
        .isTrue();
    assertThat(parts.complete(new Waits(List.of(), List.of("process"), any, any), List.of("plain")))
        .isFalse();

    parts.engine(Optional.of(new OtherEngine()));

    assertThat(parts.complete(new Waits(List.of(), List.of("other"), any, any), List.of("plain")))
        .isTrue();
    assertThat(
            parts.complete(new Waits(List.of(), List.of("other.name"), any, any), List.of("plain")))
        .isTrue();
    assertThat(parts.complete(new Waits(List.of(), List.of("oth"), any, any), List.of("plain")))
        .isFalse();
    assertThat(parts.complete(new Waits(List.of("sql"), List.of(), any, any), List.of("plain")))
        .isFalse();
  }

  private record NamedSource(String name) implements SubjectSource {
    @Override
    public SubjectLookup open() throws IOException {
      throw new IOException("nobody asks");
    }
  }

  /** The same in another class, as an updated bundle has it. */
  private static final class OtherEngine implements PolicyEngine {
    private final PlainEngine plain = new PlainEngine();

    @Override
    public Compilation compile(PolicySource source) {
      return plain.compile(source);
    }

    @Override
    public RuleText parse(String text) {
      return plain.parse(text);
    }

    @Override
    public RuleText parseWords(List<String> words) {
      return plain.parseWords(words);
    }

    @Override
    public String print(RuleText rule) {
      return plain.print(rule);
    }

    @Override
    public Hypothesis parseFlow(List<String> words) throws RuleSyntaxException {
      return plain.parseFlow(words);
    }

    @Override
    public List<String> attributes() {
      return List.of("other.name");
    }
  }
}
