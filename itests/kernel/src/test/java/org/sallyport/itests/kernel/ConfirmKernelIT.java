// SPDX-License-Identifier: Apache-2.0
package org.sallyport.itests.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.sallyport.itests.kernel.kit.Await;
import org.sallyport.itests.kernel.kit.Command;
import org.sallyport.itests.kernel.kit.Family;
import org.sallyport.itests.kernel.kit.Lab;
import org.sallyport.itests.kernel.kit.Program;
import org.sallyport.itests.kernel.kit.Protocol;

/** What holds of a change before it is confirmed, and after. */
class ConfirmKernelIT {

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private Lab lab;

  @BeforeEach
  void start() {
    lab = new Lab();
    lab.daemon().start();
  }

  @AfterEach
  void stop() {
    lab.close();
  }

  private String mode() {
    return lab.client().json("status").get("mode").asText();
  }

  private String state() throws IOException {
    StringBuilder all = new StringBuilder();
    for (String name : new String[] {"state/settings.yaml", "state/last-good.yaml"}) {
      Path file = lab.folder().resolve(name);
      all.append(Files.exists(file) ? Files.readString(file) : "");
    }
    Path rules = lab.daemon().etc().resolve("rules.d/90-console.yaml");
    return all + (Files.exists(rules) ? Files.readString(rules) : "");
  }

  private void assertDenied(Program program, boolean denied) {
    int port = lab.server().freshPort();
    String word = program.patientFor(1).tcp(Family.V4, port).word();
    program.drop();
    assertThat(word).isEqualTo(denied ? "timeout" : "connected");
    if (denied) {
      assertThat(lab.server().arrivals(Protocol.TCP, Family.V4, port)).isZero();
    }
  }

  @Test
  void shouldEnforceAtOnceAndLetGoAgainUnlessConfirmed() {
    try (Program program = lab.program("denied")) {
      lab.client().rule("deny", "out", "process.exe=" + program.path());
      lab.client().must("mode", "enforce", "--confirm", "4s");
      assertDenied(program, true);
      JsonNode waiting = lab.client().json("status").get("unconfirmed");
      assertThat(waiting.get("commands").get(0).asText()).contains("mode enforce");
      assertThat(waiting.get("until").asText()).startsWith("20");

      Await.until("it is taken back", PATIENCE, () -> mode().equals("observe"), lab.daemon()::log);

      assertDenied(program, false);
      assertThat(lab.client().json("status").get("unconfirmed").isNull()).isTrue();
    }
  }

  @Test
  void shouldStandOnceConfirmedAlsoAfterAKill() {
    lab.client().must("mode", "enforce", "--confirm", "2m");
    try (Program program = lab.program("denied")) {
      lab.client()
          .must("deny", "out", "process.exe=" + program.path(), "--id", "d", "--confirm", "2m");

      lab.client().must("confirm");
      lab.daemon().kill();
      lab.daemon().start();

      assertThat(mode()).isEqualTo("enforce");
      assertDenied(program, true);
      assertThat(lab.client().run("confirm").status()).isEqualTo(1);
    }
  }

  @Test
  void shouldComeBackWithWhatWasConfirmedAfterAKill() throws IOException {
    try (Program program = lab.program("denied")) {
      lab.client().rule("deny", "out", "process.exe=" + program.path(), "--id", "before");
      String before = state();
      lab.client().must("mode", "enforce", "--confirm", "2m");
      lab.client().must("fail", "no-listener", "accept", "--confirm", "2m");
      lab.client().must("remove", "before", "--confirm", "2m");
      lab.client().must("deny", "out", "remote.port=1", "--id", "tried", "--confirm", "2m");
      assertThat(lab.client().json("rules").findValuesAsText("id")).containsExactly("tried");
      assertThat(lab.client().run("allow", "out", "remote.port=2").status()).isEqualTo(1);

      assertThat(state()).isEqualTo(before);
      lab.daemon().kill();
      assertThat(state()).isEqualTo(before);
      lab.daemon().start();

      assertThat(mode()).isEqualTo("observe");
      assertThat(lab.client().json("rules").findValuesAsText("id")).containsExactly("before");
      assertDenied(program, false);
    }
  }

  @Test
  void shouldTakeBackBeforeItEndsInOrder() throws IOException {
    String before = state();
    lab.client().must("mode", "enforce", "--confirm", "2m");

    assertThat(lab.daemon().terminate()).isZero();

    assertThat(state()).isEqualTo(before);
    try (Program program = lab.program("any")) {
      assertDenied(program, false);
    }
  }

  @Test
  void shouldTakeBackWithRollback() {
    lab.client().must("default", "deny", "--confirm", "2m");
    assertThat(lab.client().json("status").get("defaults").get("out").asText()).isEqualTo("deny");

    lab.client().must("rollback");

    assertThat(lab.client().json("status").get("defaults").get("out").asText()).isEqualTo("allow");
  }

  @Test
  void shouldNotEnforceOverSshWithoutAWord() {
    Map<String, String> ssh = Map.of("SSH_CONNECTION", "10.0.0.9 50000 10.0.0.1 22");
    Command.Result refused = lab.client().run(ssh, "mode", "enforce");
    assertThat(refused.status()).isEqualTo(1);
    assertThat(refused.err()).startsWith("sallyport: ").contains("--confirm");
    assertThat(mode()).isEqualTo("observe");

    assertThat(lab.client().run(ssh, "mode", "enforce", "--confirm", "1m").status()).isZero();
    assertThat(mode()).isEqualTo("enforce");
    lab.client().must("rollback");
    assertThat(lab.client().run(ssh, "mode", "enforce", "--yes").status()).isZero();
    assertThat(mode()).isEqualTo("enforce");
  }
}
