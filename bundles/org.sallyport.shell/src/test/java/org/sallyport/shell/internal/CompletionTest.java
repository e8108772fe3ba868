// SPDX-License-Identifier: Apache-2.0
package org.sallyport.shell.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.apache.karaf.shell.support.parsing.CommandLineImpl;
import org.junit.jupiter.api.Test;

class CompletionTest {

  private final FakeAdmin admin = new FakeAdmin();

  @Test
  void shouldOfferWhatFitsThePlace() {
    assertThat(completed("sta", 0)).containsExactly("status ");
    assertThat(completed("fw:allow proc", 1)).containsExactly("process.exe=");
    assertThat(completed("fw:allow --dry", 1)).containsExactly("--dry-run ");
    assertThat(completed("fw:show w", 1)).containsExactly("web ");
    assertThat(completed("fw:mode ", 1)).contains("enforce ", "observe ");
    assertThat(completed("fw:fail queue-full ", 2))
        .contains("accept ", "drop ")
        .doesNotContain("apply ");
    assertThat(completed("fw:plugin-reset org", 1)).containsExactly("org.example.geo ");
    assertThat(completed("fw:attribution-use ", 1)).contains("auto ", "bpf ", "sockdiag ");
    assertThat(completed("fw:explain la", 1)).containsExactly("last ");
    assertThat(completed("fw:default ", 1)).contains("forward ", "reject ");
    assertThat(completed("fw:launch --no", 1)).containsExactly("--no-network ");
  }

  private List<String> completed(String text, int index) {
    String[] words = text.split(" ", -1);
    String last = words[words.length - 1];
    CommandLineImpl line = new CommandLineImpl(words, index, last.length(), text.length(), text);
    List<String> candidates = new ArrayList<>();
    TestSession session = new TestSession();
    for (CommandAdapter command : FwCommands.all(admin)) {
      command.getCompleter(false).complete(session, line, candidates);
    }
    return candidates;
  }
}
