// SPDX-License-Identifier: Apache-2.0
package org.sallyport.engine.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sallyport.api.decision.Explanation;
import org.sallyport.api.decision.RuleSyntaxException;
import org.sallyport.api.rule.Criterion;
import org.sallyport.api.rule.Operator;

class RuleTextTest {

  private final Engine engine = Policies.engine();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          allow                                  | allow out
          deny in local.port=22                  | deny in local.port=22
          allow process.exe="/a b" for 3600s     | allow out process.exe="/a b" for 1h
          allow user=root for P1D                | allow out user=root for 1d
          allow user=root for 1h30m              | allow out user=root for 90m
          allow user=root until 2026-12-31       | allow out user=root until 2026-12-31T00:00:00Z
          log until 2026-12-31T18:00:00+01:00    | log out until 2026-12-31T17:00:00Z
          reject forward !remote.net=10.0.0.0/8  | reject forward !remote.net=10.0.0.0/8
          allow process.pid=7 until-exit         | allow out process.pid=7 until-exit
          deny process.cmdline~"~x"              | deny out process.cmdline~~x
          deny process.cmdline="~x"              | deny out process.cmdline="~x"
          """)
  void shouldPrintTheCanonicalForm(String text, String canonical) throws RuleSyntaxException {
    assertThat(engine.print(engine.parse(text))).isEqualTo(canonical);
    assertThat(engine.parse(canonical)).isEqualTo(engine.parse(text));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          alow user=1                 | 1  | Did you mean allow?
          allow otu user=1            | 7  | Did you mean out?
          allow user=1 in             | 14 | One direction, right after the action.
          allow proces.exe=/a         | 7  | Did you mean process.exe?
          allow remote.prt=1          | 7  | Did you mean remote.port?
          allow remote.port=70000     | 7  |
          allow remote.ip=10.0.0.0/8  | 7  | Write remote.net=10.0.0.0/8.
          allow process.exe=curl      | 7  | Write the whole path, for example /usr/bin/curl.
          allow user~a*               | 7  | Write user=value[,value…].
          allow user!=1               | 11 | Put the exclamation mark first: !user=value.
          allow user=1 for ever       | 18 | Write for example 90s, 30m, 1h, 7d or PT1H.
          allow user=1 once once      | 19 | The lifetime comes last, and there is only one.
          allow process.exe="/a       | 19 | Add the closing double quote.
          allow subject=kernal        | 7  | Did you mean kernel?
          """)
  void shouldNameColumnAndRemedyOfAMistake(String text, int column, String hint) {
    RuleSyntaxException e =
        catchThrowableOfType(RuleSyntaxException.class, () -> engine.parse(text));

    assertThat(e).as(text).isNotNull();
    assertThat(e.column()).as(e.getMessage()).isEqualTo(column);
    assertThat(e.hint()).isEqualTo(hint == null ? "" : hint);
  }

  @Test
  void shouldTakeBlanksQuotesAndBackslashesFromAShellWord() throws RuleSyntaxException {
    assertThat(
            engine
                .parseWords(
                    List.of("allow", "process.exe=/opt/a b/it's,/c\\d", "process.exe=~/x{1,2}.\\d"))
                .criteria())
        .containsExactly(
            new Criterion("process.exe", Operator.EQUALS, List.of("/opt/a b/it's", "/c\\d"), false),
            new Criterion("process.exe", Operator.REGEX, List.of("/x{1,2}.\\d"), false));
  }

  @ParameterizedTest
  @CsvSource({"'allow user=1\n'", "'allow\tuser=1'", "'allow process.name=a\u0085b'"})
  void shouldRefuseControlCharacters(String text) {
    refused(text, "U+00");
  }

  @ParameterizedTest
  @CsvSource({"'allow process.name=a\u202eb user=1'", "'allow user=1 process.name=\u2066x'"})
  void shouldRefuseWhatTurnsTheOrderOfTheLineAround(String text) {
    refused(text, "U+20");
  }

  private void refused(String text, String which) {
    RuleSyntaxException e =
        catchThrowableOfType(RuleSyntaxException.class, () -> engine.parse(text));

    assertThat(e).hasMessageContaining(which);
  }

  @Test
  void shouldReadHashAndCapabilitiesOfMadeUpFlow() throws RuleSyntaxException {
    String hash = "0123456789ABCDEF".repeat(4);
    var flow =
        engine.parseFlow(
            List.of(
                "out",
                "tcp",
                "10.0.0.2:443",
                "process.sha256=" + hash,
                "process.cap=cap_net_raw",
                "process.cap=0"));
    Explanation explanation =
        Policies.closed("allow process.sha256=" + hash + " process.cap=13 !process.cap=cap_bpf")
            .explain(flow.flow(), flow.subject());

    assertThat(explanation.decision().ruleId()).contains("r0000");
    assertThat(explanation.steps().get(0).criteria())
        .extracting(Explanation.CriterionStep::actual)
        .containsExactly(
            hash.toLowerCase(Locale.ROOT) + " (given)",
            "cap_chown,cap_net_raw (given)",
            "cap_chown,cap_net_raw (given)");
  }

  @Test
  void shouldReadAFlowToExplain() throws RuleSyntaxException {
    var flow =
        engine.parseFlow(
            List.of("out", "tcp", "10.0.0.2:443", "process.exe=/usr/bin/curl", "user=1000"));
    Explanation explanation =
        Policies.closed("deny user=0", "allow remote.port=443 process.exe=/usr/bin/curl")
            .explain(flow.flow(), flow.subject());

    assertThat(explanation.decision().ruleId()).contains("r0001");
    assertThat(explanation.steps()).hasSize(2);
    assertThat(explanation.steps().get(0).criteria().get(0).actual()).isEqualTo("1000 (given)");
    assertThat(explanation.steps().get(0).reason()).isEqualTo("does not match: user=0");
    assertThat(explanation.steps().get(1).criteria())
        .extracting(Explanation.CriterionStep::actual)
        .containsExactly("443", "/usr/bin/curl (given)");
  }

  @Test
  void shouldReadIpv6AndIcmpFlows() throws RuleSyntaxException {
    assertThat(engine.parseFlow(List.of("in", "udp", "[fd00::2]:53")).flow().remote())
        .hasToString("[fd00::2]:53");
    assertThat(
            engine
                .parseFlow(List.of("icmpv6", "fd00::2", "icmp.type=echo-request", "subject=kernel"))
                .flow()
                .icmpType())
        .isEqualTo(128);
  }

  @Test
  void shouldRefuseWhatCouldNotBeReadBack() {
    List<String> words = List.of("deny", "process.cmdline=" + "\\".repeat(3000));
    for (String text :
        List.of("deny until -999999999-01-01T00:00+18:00", "deny until +10000-01-01")) {
      assertThat(catchThrowableOfType(RuleSyntaxException.class, () -> engine.parse(text)))
          .hasMessageContaining("is not a moment");
    }
    assertThat(catchThrowableOfType(RuleSyntaxException.class, () -> engine.parseWords(words)))
        .hasMessageContaining("longer than 4096");
  }
}
