// SPDX-License-Identifier: Apache-2.0
package org.sallyport.itests.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sallyport.itests.kernel.kit.Await;
import org.sallyport.itests.kernel.kit.Client;
import org.sallyport.itests.kernel.kit.Command;
import org.sallyport.itests.kernel.kit.Lab;

/** Wrong input is refused with a sentence and changes nothing. */
class BadInputKernelIT {

  private static final Duration FILES = Duration.ofSeconds(2);
  private static Lab lab;

  @BeforeAll
  static void start() {
    lab = new Lab();
    lab.daemon().start();
  }

  @AfterAll
  static void stop() {
    lab.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "nosuchcommand",
        "deny",
        "deny sideways remote.port=1",
        "deny out nosuch.attribute=1",
        "deny out remote.port",
        "deny out remote.port=",
        "deny out remote.port=65536",
        "deny out remote.port=-1",
        "deny out remote.port=http",
        "deny out remote.ip=10.0.0.300",
        "deny out remote.net=10.0.0.0/33",
        "deny out process.pid=self",
        "deny out process.exe=~(",
        "deny out user=no-such-user-here",
        "deny out proto=quick",
        "deny out remote.port=1 for 0s",
        "deny out remote.port=1 for soon",
        "deny out remote.port=1 for 1h --for 2h",
        "deny out remote.port=1 --priority high",
        "deny out remote.port=1 --id NOT_AN_ID",
        "deny out remote.port=1 --nosuchoption",
        "deny out remote.port=1 --id",
        "show",
        "remove",
        "mode",
        "mode loud",
        "default out",
        "default out maybe",
        "default up deny",
        "fail",
        "fail ajar",
        "fail queue-full maybe",
        "fail no-such-situation drop",
        "explain",
        "explain out tcp",
        "explain out tcp 10.0.0.1:https",
        "status surplus",
        "mode enforce --confirm",
        "mode enforce --confirm soon",
        "deny out remote.port=1 --confirm 0s",
        "rollback soon",
        "diff 1",
        "diff 1 two",
        "apply",
        "store-use",
        "backend-use",
        "backend-use nfqueue,nfqueue",
        "backend-use nfqueue surplus",
        "plan nfqueue surplus",
        "attribution surplus",
        "attribution-use",
        "attribution-use auto surplus",
        "attribution-use No.Name",
        "history surplus",
        "rules --nosuchoption",
      })
  void shouldCallWrongWordsWrongUsage(String line) {
    String before = policy();

    Command.Result result = lab.client().run(line.split(" "));

    assertThat(result.status()).as("exit status; %s", result.err()).isEqualTo(2);
    assertSentence(result);
    assertThat(policy()).isEqualTo(before);
  }

  @ParameterizedTest
  @ValueSource(strings = {"show nobody", "remove nobody", "enable nobody", "disable nobody"})
  void shouldRefuseUnknownIds(String line) {
    Command.Result result = lab.client().run(line.split(" "));

    assertThat(result.status()).isEqualTo(1);
    assertSentence(result);
    assertThat(result.err()).contains("nobody");
  }

  @Test
  void shouldRefuseIdThatIsTaken() {
    lab.client().must("deny", "out", "remote.port=1", "--id", "taken");

    Command.Result result = lab.client().run("deny", "out", "remote.port=2", "--id", "taken");

    assertThat(result.status()).isEqualTo(1);
    assertSentence(result);
    assertThat(lab.client().json("show", "taken").get("text").asText()).contains("remote.port=1");
    lab.client().must("remove", "taken");
  }

  @Test
  void shouldTellErrorsAsJsonToo() {
    Command.Result result = lab.client().run("show", "nobody", "--json");

    assertThat(result.status()).isEqualTo(1);
    JsonNode error = Client.parse(result.err().isBlank() ? result.out() : jsonLine(result));
    assertThat(error.get("error").fieldNames())
        .toIterable()
        .containsExactlyInAnyOrder("message", "where", "hint");
    assertThat(error.get("error").get("message").asText()).contains("nobody");
  }

  private static String jsonLine(Command.Result result) {
    return (result.out() + result.err())
        .lines()
        .filter(line -> line.startsWith("{"))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no JSON in " + result));
  }

  @Test
  void shouldSayThatThereIsNoDaemon() {
    Command.Result result = lab.clientWithoutDaemon().run("status");

    assertThat(result.status()).isEqualTo(3);
    assertSentence(result);
  }

  @Test
  void shouldTakeGoodFileInAndKeepItWhenItBreaks() throws IOException {
    Path file = lab.daemon().etc().resolve("rules.d/10-it.yaml");
    write(file, "rules:\n  - id: from-file\n    rule: deny out remote.port=7\n");
    Await.until("the file's rule", FILES, () -> policy().contains("from-file"));

    write(file, "rules:\n  - id: from-file\n    rule: allow out\n    colour: red\n");

    Await.until("the error with its line", FILES, () -> errors().contains("10-it.yaml"));
    JsonNode error = error("10-it.yaml");
    assertThat(error.get("line").asInt()).isEqualTo(4);
    assertThat(error.get("message").asText()).contains("colour");
    assertThat(policy()).contains("deny out remote.port=7");

    write(file, "rules:\n  - id: from-file\n    rule: deny out remote.port=8\n");
    Await.until("the error is gone", FILES, () -> errors().isEmpty());
    assertThat(policy()).contains("deny out remote.port=8");
    Files.delete(file);
    Await.until("the rule is gone", FILES, () -> !policy().contains("from-file"));
  }

  @Test
  void shouldTakeNothingOfFileWithOneBadRule() throws IOException {
    Path file = lab.daemon().etc().resolve("rules.d/20-half.yaml");
    write(
        file,
        """
        rules:
          - id: good-half
            rule: deny out remote.port=7
          - id: bad-half
            rule: deny out remote.port=many
        """);

    Await.until("the error", FILES, () -> errors().contains("20-half.yaml"));
    assertThat(policy()).doesNotContain("half");

    Files.delete(file);
    Await.until("the error is gone", FILES, () -> errors().isEmpty());
  }

  @ParameterizedTest
  @ValueSource(strings = {": not yaml", "rules: many", "rule:\n  - id: x\n", "rules:\n  - id: x\n"})
  void shouldNameFileThatMakesNoSense(String text) throws IOException {
    String before = policy();
    Path file = lab.daemon().etc().resolve("rules.d/30-nonsense.yaml");
    write(file, text);

    Await.until("the error", FILES, () -> errors().contains("30-nonsense.yaml"));
    assertThat(error("30-nonsense.yaml").get("line").asInt()).isPositive();
    assertThat(policy()).isEqualTo(before);

    Files.delete(file);
    Await.until("the error is gone", FILES, () -> errors().isEmpty());
  }

  private static void write(Path file, String text) throws IOException {
    Files.createDirectories(file.getParent());
    Path fresh = Files.writeString(file.resolveSibling("fresh.tmp"), text);
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
  }

  private static void assertSentence(Command.Result result) {
    assertThat(result.err()).startsWith("sallyport: ").doesNotContain("Exception", "\tat ");
    assertThat(result.err().strip().length()).isGreaterThan("sallyport: ".length() + 5);
    assertThat(result.out()).isEmpty();
  }

  private static String policy() {
    return lab.client().must("rules", "--json");
  }

  private static String errors() {
    StringBuilder all = new StringBuilder();
    lab.client()
        .json("status")
        .get("stores")
        .forEach(store -> store.get("errors").forEach(error -> all.append(error)));
    return all.toString();
  }

  private static JsonNode error(String file) {
    for (JsonNode store : lab.client().json("status").get("stores")) {
      for (JsonNode error : store.get("errors")) {
        if (error.get("file").asText().endsWith(file)) {
          return error;
        }
      }
    }
    throw new AssertionError("no error about " + file);
  }
}
