// SPDX-License-Identifier: Apache-2.0
package org.sallyport.engine.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.sallyport.api.decision.RuleSyntaxException;
import org.sallyport.api.packet.Direction;
import org.sallyport.api.rule.Action;
import org.sallyport.api.rule.Criterion;
import org.sallyport.api.rule.Lifetime;
import org.sallyport.api.rule.Operator;
import org.sallyport.api.rule.RuleText;
import org.sallyport.engine.internal.text.RulePrinter;
import org.sallyport.engine.internal.text.RuleReader;
import org.sallyport.engine.internal.text.Word;

class RuleTextPropertyTest {

  private final RuleReader anyAttribute = new RuleReader(criterion -> {}, ZoneOffset.UTC);

  @Property(tries = 3000)
  void shouldReadBackWhatItPrints(@ForAll("rules") RuleText rule) throws RuleSyntaxException {
    String text = RulePrinter.print(rule);
    Assume.that(text.length() <= 4096);

    assertThat(anyAttribute.read(text)).isEqualTo(rule);
    assertThat(RulePrinter.print(anyAttribute.read(text))).isEqualTo(text);
  }

  @Property(tries = 1000)
  void shouldTakeAShellWordAsItStands(@ForAll("values") String value) throws RuleSyntaxException {
    Assume.that(!value.isEmpty() && !value.startsWith("\"") && !value.startsWith("~"));
    Assume.that(value.indexOf(',') < 0);

    RuleText rule = anyAttribute.readWords(List.of("deny", "process.exe=" + value));

    assertThat(rule.criteria().get(0).values()).containsExactly(value);
  }

  @Property(tries = 3000)
  void shouldThrowNothingButASyntaxError(@ForAll("lines") String line) {
    Engine engine = Policies.engine();
    readsOrRefuses(line, () -> engine.parse(line));
    readsOrRefuses(line, () -> engine.parseWords(words(line)));
    readsOrRefuses(line, () -> engine.parseFlow(words(line)));
  }

  private static List<String> words(String line) {
    return new ArrayList<>(List.of(line.split(" ", -1)));
  }

  private interface Reading {
    Object read() throws RuleSyntaxException;
  }

  private static void readsOrRefuses(String line, Reading reading) {
    try {
      assertThat(reading.read()).isNotNull();
    } catch (RuleSyntaxException e) {
      assertThat(e.getMessage()).isNotBlank().doesNotContainPattern("[\\u0000-\\u001f]");
      assertThat(e.column()).as(line).isBetween(1, line.length() + 2);
    }
  }

  @Provide
  Arbitrary<String> lines() {
    Arbitrary<String> fragments =
        Arbitraries.of(
            "allow",
            "deny",
            "out",
            "in",
            "for",
            "until",
            "1h",
            "2026-12-31",
            "tcp",
            "10.0.0.1:80",
            "process.exe=/a",
            "remote.port=",
            "=",
            "~",
            "=~",
            "!",
            "\"",
            "\\",
            ",",
            " ",
            "user=",
            "1-2",
            "99999999999",
            "remote.net=10.0.0.0/8",
            "icmp.type=",
            "[",
            "]:",
            "subject=x");
    return Arbitraries.oneOf(
        Arbitraries.strings().ofMaxLength(60),
        Arbitraries.oneOf(fragments, Arbitraries.strings().ofMaxLength(3))
            .list()
            .ofMaxSize(12)
            .map(parts -> String.join("", parts)),
        fragments.list().ofMaxSize(8).map(parts -> String.join(" ", parts)));
  }

  @Provide
  Arbitrary<String> values() {
    Arbitrary<Character> awkward = Arbitraries.of(' ', ',', '"', '\'', '\\', '~', '=', '!', '/');
    Arbitrary<Character> plain = Arbitraries.chars().alpha().numeric();
    Arbitrary<Character> wide =
        Arbitraries.chars().filter(c -> !Word.isSteering(c) && !Character.isSurrogate(c));
    return Arbitraries.oneOf(
        Arbitraries.oneOf(awkward, plain, wide)
            .list()
            .ofMaxSize(20)
            .map(
                characters -> {
                  StringBuilder text = new StringBuilder();
                  characters.forEach(text::append);
                  return text.toString();
                }),
        Arbitraries.of("", "~", "=~", "\ud83d\udd25", "for", "1-2"));
  }

  private Arbitrary<Criterion> criteria() {
    Arbitrary<String> names =
        Arbitraries.of("process.exe", "remote.port", "user", "unknown", "geo.country", "a-b_c.d");
    Arbitrary<Operator> operators = Arbitraries.of(Operator.class);
    Arbitrary<List<String>> lists = values().list().ofMinSize(1).ofMaxSize(4);
    return Combinators.combine(names, operators, lists, Arbitraries.of(true, false))
        .as(
            (name, operator, list, negated) ->
                new Criterion(
                    name,
                    operator,
                    operator == Operator.EQUALS ? list : list.subList(0, 1),
                    negated));
  }

  @Provide
  Arbitrary<RuleText> rules() {
    Arbitrary<Lifetime> lifetimes =
        Arbitraries.oneOf(
            Arbitraries.of(
                new Lifetime.Permanent(),
                new Lifetime.Once(),
                new Lifetime.UntilRestart(),
                new Lifetime.UntilExit()),
            Arbitraries.longs()
                .between(1, 3660L * 86_400)
                .map(s -> new Lifetime.For(Duration.ofSeconds(s))),
            Arbitraries.longs()
                .between(1, 1L << 50)
                .map(n -> new Lifetime.For(Duration.ofNanos(n))),
            Arbitraries.longs()
                .between(0, 253_402_300_799_999L)
                .map(ms -> new Lifetime.Until(Instant.ofEpochMilli(ms))));
    return Combinators.combine(
            Arbitraries.of(Action.class),
            Arbitraries.of(Direction.class),
            criteria().list().ofMaxSize(8),
            lifetimes)
        .as(RuleText::new);
  }
}
