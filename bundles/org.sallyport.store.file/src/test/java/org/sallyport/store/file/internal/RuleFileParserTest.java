// SPDX-License-Identifier: Apache-2.0
package org.sallyport.store.file.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sallyport.api.rule.Origin;
import org.sallyport.api.rule.RuleDefinition;
import org.sallyport.api.rule.StoreUnit;

class RuleFileParserTest {

  private static StoreUnit parse(String text) {
    return RuleFileParser.parse("f.yaml", text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void shouldReadARuleWithEveryKey() {
    StoreUnit unit =
        parse(
            """
            # mine
            rules:
              - id: web
                rule: allow out process.exe=/usr/bin/firefox remote.port=80,443 proto=tcp
                priority: 500        # optional
              - rule: 'deny out process.exe="/opt/a b"'
                id: 123
                enabled: false
                comment: a text, with: colon
            """
                .replace("a text, with: colon", "'a text, with: colon'"));

    assertThat(unit.errors()).isEmpty();
    assertThat(unit.rules())
        .containsExactly(
            new RuleDefinition(
                "web",
                "allow out process.exe=/usr/bin/firefox remote.port=80,443 proto=tcp",
                500,
                true,
                "",
                new Origin("f.yaml", 3)),
            new RuleDefinition(
                "123",
                "deny out process.exe=\"/opt/a b\"",
                1000,
                false,
                "a text, with: colon",
                new Origin("f.yaml", 6)));
  }

  @Test
  void shouldSayWhatIsWrongWithTheYaml() {
    StoreUnit unit = parse("rules:\n  - id: a\n    rule: x\n   bad: [\n");

    assertThat(unit.errors().get(0).origin()).isEqualTo(new Origin("f.yaml", 4));
    assertThat(unit.errors().get(0).message()).contains("not YAML: expected <block end>");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          rules:;  - id: a;    rule: x;    prio: 5                 | 4 | unknown key 'prio'
          rules:;  - id: a;    rule: x;    rule: y                 | 4 | stands twice
          rule:;  - id: a                                          | 1 | unknown key 'rule'
          rules:;  - id: A;    rule: x                             | 2 | is no id
          rules:;  - id: a                                         | 2 | has no 'rule'
          rules:;  - rule: x                                       | 2 | has no 'id'
          rules:;  - id: a;    rule: x;    enabled: yess           | 4 | true or false
          rules:;  - id: a;    rule: x;    priority: 99999999999   | 4 | whole number
          rules:;  - id: a;    rule: [x]                           | 3 | is a text
          rules:;  - id: a;    rule: *x                            | 3 | aliases are not
          rules:;  - just text                                     | 2 | group of keys
          rules: 5                                                 | 1 | is a list
          - id: a                                                  | 1 | starts with the line
          rules: [];---;rules: []                                  | 3 | second document
          rules:;  - id: a;  rule: "x                              | 3 | not YAML
          rules:;  - id: a;    rule: {a: {b: {c: {d: {e: {f: {g: {h: 1}}}}}}}} | 3 | is a text
          """)
  void shouldNameTheLineOfEachMistake(String text, int line, String message) {
    StoreUnit unit = parse(text.strip().replace(';', '\n') + "\n");

    assertThat(unit.rules()).isEmpty();
    assertThat(unit.errors())
        .anySatisfy(
            error -> {
              assertThat(error.message()).contains(message);
              assertThat(error.origin()).isEqualTo(new Origin("f.yaml", line));
            });
  }

  @Test
  void shouldReportEveryMistakeAtOnce() {
    StoreUnit unit = parse("rules:\n  - id: A\n    rule: x\n  - id: b\n    rule: x\n    no: 1\n");

    assertThat(unit.errors()).extracting(e -> e.origin().line()).containsExactly(2, 6);
  }

  @Test
  void shouldTakeAnEmptyFileForNoRules() {
    for (String text : List.of("", "# nothing\n", "rules:\n", "rules: []\n", "---\n")) {
      assertThat(parse(text)).as(text).isEqualTo(new StoreUnit("f.yaml", List.of(), List.of()));
    }
  }

  @Test
  void shouldRefuseWhatIsNotUtf8() {
    byte[] latin = "rules:\n# sch\u00f6n\n".getBytes(StandardCharsets.ISO_8859_1);

    StoreUnit unit = RuleFileParser.parse("f.yaml", latin);

    assertThat(unit.errors().get(0).message()).contains("UTF-8");
    assertThat(unit.errors().get(0).origin().line()).isEqualTo(2);
  }

  @Test
  void shouldReadBackWhatTheConsoleFileHolds() {
    String awkward = "a\"b\\c'd: #e\u0085\u2028\n\t\u007f\ufeff\ud83d\udd25 é ";
    List<RuleDefinition> rules =
        List.of(
            new RuleDefinition("null", awkward, -5, true, awkward, new Origin("x", 1)),
            new RuleDefinition("1e3", "- x", 1000, false, "", new Origin("x", 1)));

    StoreUnit unit = RuleFileParser.parse("f.yaml", ConsoleFile.print(new byte[0], rules));

    assertThat(unit.errors()).isEmpty();
    assertThat(unit.rules())
        .usingRecursiveFieldByFieldElementComparatorIgnoringFields("origin")
        .isEqualTo(rules);
  }
}
