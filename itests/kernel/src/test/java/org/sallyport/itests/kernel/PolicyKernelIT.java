// SPDX-License-Identifier: Apache-2.0
package org.sallyport.itests.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sallyport.itests.kernel.kit.Await;
import org.sallyport.itests.kernel.kit.Client;
import org.sallyport.itests.kernel.kit.Command;
import org.sallyport.itests.kernel.kit.Family;
import org.sallyport.itests.kernel.kit.Lab;
import org.sallyport.itests.kernel.kit.Program;
import org.sallyport.itests.kernel.kit.Protocol;

/** The policy as one text, its history, and its move between stores. */
class PolicyKernelIT {

  private static Lab lab;

  @BeforeAll
  static void start() {
    lab = Lab.enforcing();
  }

  @AfterAll
  static void stop() {
    lab.close();
  }

  @AfterEach
  void clear() {
    lab.client().must("store-use", "file");
    lab.client().clear();
  }

  private static List<String> canonical() {
    List<String> lines = new ArrayList<>();
    lab.client()
        .json("rules")
        .forEach(
            rule ->
                lines.add(
                    rule.get("id").asText()
                        + " "
                        + rule.get("priority")
                        + " "
                        + rule.get("enabled")
                        + " "
                        + rule.get("text").asText()));
    return lines;
  }

  private static Path write(String name, String text) throws IOException {
    return Files.writeString(lab.folder().resolve(name), text);
  }

  @Test
  void shouldApplyWhatItExportsFromAFileAndFromInput() throws IOException {
    lab.client().rule("deny", "out", "remote.port=1", "--id", "one", "--comment", "a \"b\" ☃ #c");
    lab.client().rule("allow", "out", "process.exe=/opt/a b/c", "--id", "two", "--priority", "5");
    lab.client().must("disable", "two");
    String text = lab.client().must("export");
    List<String> before = canonical();

    lab.client().must("remove", "one");
    lab.client().must("apply", write("policy.yaml", text).toString());

    assertThat(canonical()).isEqualTo(before);
    assertThat(lab.client().must("export")).isEqualTo(text);
    lab.client().must("remove", "two");
    Command.Result result = lab.client().reading(text, "apply", "-");
    assertThat(result.status()).as(result.err()).isZero();
    assertThat(canonical()).isEqualTo(before);
    JsonNode diff = Client.parse(lab.client().reading(text, "apply", "-", "--json").out());
    assertThat(diff.get("added")).isEmpty();
    assertThat(diff.get("removed")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "rules:\n  - id: x\n    rule: deny out remote.port=many\n|:3:",
        "mode: loud\n|:1:7",
        "rules:\n  - id: x\n|:2:5",
        "colour: red\n|:1:1",
        "rules: [\n|:",
        "fail:\n  no-such: drop\n|:2:",
      })
  void shouldTakeNothingOfAPolicyThatMakesNoSense(String line) throws IOException {
    String[] parts = line.split("\\|");
    lab.client().rule("deny", "out", "remote.port=1", "--id", "stays");
    Path file = write("wrong.yaml", parts[0]);
    List<String> before = canonical();

    Command.Result result = lab.client().run("apply", file.toString());

    assertThat(result.status()).as(result.err()).isEqualTo(2);
    assertThat(result.err()).startsWith("sallyport: " + file + parts[1]);
    assertThat(canonical()).isEqualTo(before);
  }

  @Test
  void shouldNeverTouchAPersonsFile() throws IOException {
    Path mine = lab.daemon().etc().resolve("rules.d/10-mine.yaml");
    Files.writeString(mine, "rules:\n  - {id: mine, rule: deny out remote.port=9}\n");
    Await.until("the file", Duration.ofSeconds(3), () -> canonical().toString().contains("mine"));

    Command.Result taken =
        lab.client().reading("rules: [{id: mine, rule: allow out}]", "apply", "-");
    assertThat(taken.status()).isEqualTo(1);
    assertThat(taken.err()).contains("10-mine.yaml");
    lab.client().must("store-use", "memory");
    assertThat(lab.client().reading("rules: []", "apply", "-").status()).isZero();

    assertThat(canonical()).hasSize(1);
    assertThat(Files.readString(mine)).contains("deny out remote.port=9");
    Files.delete(mine);
    Await.until("the file is gone", Duration.ofSeconds(3), () -> canonical().isEmpty());
  }

  @Test
  void shouldOpenTheFileWithTheCallersEyes() {
    assertThat(lab.client().run("apply", "/no/such/file").status()).isEqualTo(1);
    assertThat(lab.client().run("apply", "/no/such/file").err()).contains("/no/such/file");
    assertThat(lab.client().run("apply", "/tmp").err()).contains("folder");
    assertThat(lab.client().run("apply").status()).isEqualTo(2);
    Command.Result huge = lab.client().run("apply", "/dev/zero");
    assertThat(huge.status()).isEqualTo(1);
    assertThat(huge.err()).contains("larger than");
  }

  @Test
  void shouldShowAndUndoTheHistory() {
    lab.client().rule("deny", "out", "remote.port=1", "--id", "h1");
    lab.client().rule("deny", "out", "remote.port=2", "--id", "h2");
    JsonNode history = lab.client().json("history");
    assertThat(history.isArray()).isTrue();
    JsonNode last = history.get(history.size() - 1);
    assertThat(last.get("command").asText()).contains("deny out remote.port=2");
    assertThat(last.get("who").asText()).isEqualTo("uid 0");
    assertThat(last.get("added").get(0).get("id").asText()).isEqualTo("h2");
    long now = last.get("revision").asLong();
    long before = history.get(history.size() - 2).get("revision").asLong();
    assertThat(lab.client().json("status").get("revision").asLong()).isEqualTo(now);

    assertThat(lab.client().must("rollback", "--dry-run")).contains("- h2");
    assertThat(canonical()).hasSize(2);
    lab.client().must("rollback");
    assertThat(canonical()).hasSize(1);
    lab.client().must("rollback", "" + now);
    assertThat(canonical()).hasSize(2);
    assertThat(lab.client().json("diff", "" + before, "" + now).get("added")).hasSize(1);
    assertThat(lab.client().run("rollback", "999999").status()).isEqualTo(1);
    assertThat(lab.client().run("rollback", "soon").status()).isEqualTo(2);
    assertThat(lab.client().run("diff", "1").status()).isEqualTo(2);
  }

  @Test
  void shouldMoveRulesBetweenStoresWhileProgramsTalk() {
    try (Program denied = lab.program("denied");
        Program allowed = lab.program("allowed")) {
      lab.client().must("default", "deny");
      lab.client().rule("deny", "out", "process.exe=" + denied.path(), "--id", "z");
      lab.client().rule("allow", "out", "process.exe=" + allowed.path(), "--id", "a");
      lab.client().must("allow", "out", "remote.port=7", "--until-restart", "--id", "m");
      List<String> before = canonical();
      int port = lab.server().freshPort();
      for (String store : new String[] {"memory", "file", "memory", "file"}) {
        long revision = lab.client().json("status").get("revision").asLong();

        lab.client().must("store-use", store);

        assertThat(canonical()).isEqualTo(before);
        assertThat(lab.client().json("status").get("revision").asLong()).isEqualTo(revision + 1);
        assertThat(lab.client().json("show", "a").get("store").asText()).isEqualTo(store);
        assertThat(lab.client().json("show", "m").get("store").asText()).isEqualTo("memory");
        assertThat(allowed.tcp(Family.V4, port).word()).isEqualTo("connected");
        allowed.drop();
        int shut = lab.server().freshPort();
        assertThat(denied.patientFor(1).tcp(Family.V4, shut).word()).isEqualTo("timeout");
        denied.drop();
        assertThat(lab.server().arrivals(Protocol.TCP, Family.V4, shut)).isZero();
      }
      assertThat(lab.client().json("show", "a").get("packets").asLong()).isGreaterThan(3);
      assertThat(lab.client().run("store-use", "nowhere").status()).isEqualTo(1);
    } finally {
      lab.client().must("default", "allow");
    }
  }

  @Test
  void shouldTakeOptionsWithValuesBeforeTheCommand() {
    assertThat(lab.client().rule("--id", "first", "--priority=7", "deny", "out", "remote.port=3"))
        .isEqualTo("first");
    assertThat(lab.client().json("show", "first").get("priority").asInt()).isEqualTo(7);
    assertThat(lab.client().rule("--comment", "status", "--for=1h", "deny", "out", "remote.port=4"))
        .isNotEqualTo("first");
  }
}
