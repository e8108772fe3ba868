// SPDX-License-Identifier: Apache-2.0
package org.sallyport.shell.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.sallyport.api.admin.Execution;
import org.sallyport.api.admin.RuleRequest;

/** Arguments reach the façade unchanged, whatever characters they hold. */
class ArgumentsTest {

  @Property(tries = 300)
  void shouldHandWordsAfterTwoHyphensOverUnchanged(
      @ForAll @Size(min = 1, max = 5) List<String> words) {
    List<String> arguments = new ArrayList<>(List.of("--dry-run", "--"));
    arguments.addAll(words);
    assertThat(requested(arguments).words().subList(1, words.size() + 1)).isEqualTo(words);
  }

  @Property(tries = 300)
  void shouldHandWordsOverUnchanged(@ForAll @Size(min = 1, max = 5) List<String> words) {
    Assume.that(words.stream().noneMatch(word -> word.startsWith("-")));
    List<String> arguments = new ArrayList<>(words);
    arguments.add("--dry-run");
    assertThat(requested(arguments).words().subList(1, words.size() + 1)).isEqualTo(words);
  }

  @Property(tries = 300)
  void shouldHandOptionValuesOverUnchanged(@ForAll String comment) {
    assertThat(requested(List.of("out", "--comment=" + comment, "--dry-run")).comment())
        .isEqualTo(comment);
    Assume.that(!comment.startsWith("-"));
    assertThat(requested(List.of("--comment", comment, "out", "--dry-run")).comment())
        .isEqualTo(comment);
  }

  @Test
  void shouldLeaveAloneWhatOtherParsersTouch() {
    List<String> odd =
        List.of("@/etc/passwd", "${sys:user.home}", "\"quoted\"", "'q'", " a ", "", "a=b=c", "a,b");
    assertThat(requested(with(odd, "--dry-run")).words()).isEqualTo(with(List.of("allow"), odd));
  }

  @Test
  void shouldTakeOptionsAnywhere() {
    RuleRequest request =
        requested(
            List.of("out", "--for", "1h", "proto=tcp", "--priority", "5", "--id=x", "--dry-run"));
    assertThat(request.words()).containsExactly("allow", "out", "proto=tcp");
    assertThat(request.lifetimeWords()).containsExactly("for", "1h");
    assertThat(request.priority()).hasValue(5);
    assertThat(request.id()).hasValue("x");
    assertThat(request.store()).isEmpty();
  }

  @Test
  void shouldTakeWhatLooksLikeAnOptionAsAValueOnlyBehindTheSign() {
    assertThat(requested(List.of("out", "--comment=--json", "--dry-run")).comment())
        .isEqualTo("--json");
    Console console = new Console();
    assertThat(console.run(new AllowCommand(), "out", "--comment", "--dry-run")).isEqualTo(2);
    assertThat(console.run(new AllowCommand(), "out", "--comment", "--id=x")).isEqualTo(2);
  }

  @Test
  void shouldTakeANegativePriority() {
    assertThat(requested(List.of("out", "--priority", "-5", "--dry-run")).priority()).hasValue(-5);
    assertThat(requested(List.of("out", "--priority=-5", "--dry-run")).priority()).hasValue(-5);
  }

  private static List<String> with(List<String> words, String last) {
    return with(words, List.of(last));
  }

  private static List<String> with(List<String> words, List<String> more) {
    List<String> all = new ArrayList<>(words);
    all.addAll(more);
    return all;
  }

  private static RuleRequest requested(List<String> arguments) {
    Console console = new Console();
    assertThat(console.run(new AllowCommand(), arguments.toArray(String[]::new)))
        .describedAs(console.err())
        .isZero();
    assertThat(console.admin.asked).hasSize(2).last().isEqualTo(Execution.DRY_RUN);
    return (RuleRequest) console.admin.asked.get(0);
  }
}
