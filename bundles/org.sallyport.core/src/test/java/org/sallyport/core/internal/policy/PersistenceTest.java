// SPDX-License-Identifier: Apache-2.0
package org.sallyport.core.internal.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sallyport.api.rule.Origin;
import org.sallyport.api.rule.RuleDefinition;

class PersistenceTest {

  @TempDir Path folder;

  @Test
  void shouldResumeCountersAndSurviveADamagedLine() throws Exception {
    Path file = folder.resolve("counters");
    RuleCounters counters = new RuleCounters(file, "boot-1");
    counters.of("web").hit(84, 1234);
    counters.save();
    Files.writeString(file, Files.readString(file) + "garbage \u0000 line\n");

    RuleCounters later = new RuleCounters(file, "boot-1");

    assertThat(later.of("web").packets()).isEqualTo(1);
    assertThat(later.of("web").bytes()).isEqualTo(84);
    assertThat(later.of("web").lastHitMs()).isEqualTo(1234);
  }

  @Test
  void shouldRememberTheLastGoodPolicyButNotTheMemoryStore() throws Exception {
    RuleDefinition rule =
        new RuleDefinition(
            "web",
            "allow out comment \"x: {y}\"",
            -5,
            false,
            "a: b # c",
            new Origin("/etc/a.yaml", 3));
    LastGoodFile file = new LastGoodFile(folder.resolve("last-good.yaml"));
    file.save(
        Map.of(
            "file",
            Map.of("/etc/a.yaml", List.of(rule)),
            "memory",
            Map.of("memory", List.of(rule))));

    assertThat(file.load()).isEqualTo(Map.of("file", Map.of("/etc/a.yaml", List.of(rule))));
  }

  @Test
  void shouldSayWhichFileIsDamaged() throws Exception {
    Path path = folder.resolve("last-good.yaml");
    Files.writeString(path, "- {id: 7}\n");

    assertThatThrownBy(() -> new LastGoodFile(path).load())
        .isInstanceOf(IOException.class)
        .hasMessageContaining(path.toString());
  }

  @Test
  void shouldRememberUnusualCharacters() throws Exception {
    Origin origin = new Origin("/etc/a.yaml", 3);
    RuleDefinition rule =
        new RuleDefinition("a", "deny", 1, true, "\u0007\u0085\u2028\ufeff\uffff", origin);
    LastGoodFile file = new LastGoodFile(folder.resolve("last-good.yaml"));
    file.save(Map.of("file", Map.of("/etc/a.yaml", List.of(rule))));

    assertThat(file.load()).isEqualTo(Map.of("file", Map.of("/etc/a.yaml", List.of(rule))));
  }
}
