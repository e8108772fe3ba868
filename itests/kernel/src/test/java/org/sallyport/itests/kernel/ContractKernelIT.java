// SPDX-License-Identifier: Apache-2.0
package org.sallyport.itests.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sallyport.itests.kernel.kit.Client;
import org.sallyport.itests.kernel.kit.Command;
import org.sallyport.itests.kernel.kit.Family;
import org.sallyport.itests.kernel.kit.Follower;
import org.sallyport.itests.kernel.kit.Lab;
import org.sallyport.itests.kernel.kit.Program;
import org.sallyport.itests.kernel.kit.Protocol;

/** What scripts rely on: shapes of JSON, ids, arguments that arrive unchanged, no open port. */
class ContractKernelIT {

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
  void removeRules() {
    lab.client().clear();
  }

  @Test
  void shouldPrintTheIdOfNewRuleAsTheLastWord() {
    String id = lab.client().rule("deny", "out", "remote.port=1");
    String named = lab.client().rule("deny", "--id", "chosen", "out", "remote.port=2");

    assertThat(id).matches("[a-z0-9-]{1,24}");
    assertThat(named).isEqualTo("chosen");
    assertThat(lab.client().json("show", id).get("id").asText()).isEqualTo(id);
  }

  @Test
  void shouldTakeOptionsAnywhereUntilTheyAreEnded() {
    assertThat(Client.parse(lab.client().must("--json", "status")).isObject()).isTrue();
    lab.client().must("--dry-run", "deny", "out", "remote.port=1", "--id", "never");
    assertThat(lab.client().json("rules")).isEmpty();
    assertThat(lab.client().run("deny", "out", "--", "remote.port=1", "--json").status())
        .isEqualTo(2);
  }

  @Test
  void shouldShowRulesInTheAgreedShape() {
    lab.client().rule("deny", "out", "remote.port=1", "--id", "one", "--comment", "a b");

    JsonNode rules = lab.client().json("rules");

    assertThat(rules.isArray()).isTrue();
    assertThat(rules).hasSize(1);
    for (JsonNode rule : List.of(rules.get(0), lab.client().json("show", "one"))) {
      assertThat(rule.get("id").asText()).isEqualTo("one");
      assertThat(rule.get("text").asText()).isEqualTo("deny out remote.port=1");
      assertThat(rule.get("action").asText()).isEqualTo("deny");
      assertThat(rule.get("direction").asText()).isEqualTo("out");
      assertThat(rule.get("priority").asInt()).isEqualTo(1000);
      assertThat(rule.get("enabled").asBoolean()).isTrue();
      assertThat(rule.get("store").asText()).isEqualTo("file");
      assertThat(rule.get("backend").asText()).isEqualTo("nfqueue");
      assertThat(rule.get("packets").isIntegralNumber()).isTrue();
      assertThat(rule.get("bytes").isIntegralNumber()).isTrue();
      assertThat(rule.get("lastHit").isNull()).isTrue();
    }
  }

  @Test
  void shouldShowStatusInTheAgreedShape() {
    JsonNode status = lab.client().json("status");

    assertThat(status.get("mode").asText()).isEqualTo("enforce");
    assertThat(status.get("defaults").fieldNames())
        .toIterable()
        .containsExactlyInAnyOrder("out", "in", "forward");
    assertThat(status.get("revision").asLong()).isPositive();
    JsonNode backend = status.get("backends").get(0);
    assertThat(backend.get("name").asText()).isEqualTo("nfqueue");
    assertThat(backend.get("active").asBoolean()).isTrue();
    assertThat(backend.get("healthy").asBoolean()).as("%s", status).isTrue();
    assertThat(status.get("stores").findValuesAsText("name")).contains("file", "memory");
    JsonNode store = status.get("stores").get(0);
    assertThat(store.get("active").asBoolean()).isTrue();
    assertThat(store.get("rules").isIntegralNumber()).isTrue();
    assertThat(store.get("stale").asBoolean()).isFalse();
    assertThat(store.get("errors").isArray()).isTrue();
    JsonNode dead = status.get("fail").get("no-listener");
    assertThat(dead.get("choice").asText()).isEqualTo("drop-new");
    assertThat(dead.get("count").isIntegralNumber()).isTrue();
    assertThat(status.get("attribution").get("source").asText()).isEqualTo("bpf");
    assertThat(status.get("attribution").get("exact").isIntegralNumber()).isTrue();
    assertThat(status.get("attribution").get("unknown").isIntegralNumber()).isTrue();
  }

  @Test
  void shouldShowBackendsAndStoresAsArrays() {
    JsonNode backends = lab.client().json("backends");
    JsonNode stores = lab.client().json("stores");

    assertThat(backends.isArray()).isTrue();
    assertThat(backends.findValuesAsText("name")).contains("nfqueue");
    assertThat(stores.isArray()).isTrue();
    assertThat(stores.findValuesAsText("name")).contains("file", "memory");
  }

  @Test
  void shouldExplainTheLastFlowAndNameTheRuleThatDeniedIt() {
    int port = lab.server().freshPort();
    try (Program program = lab.program("denied").patientFor(1)) {
      lab.client().rule("deny", "out", "process.exe=" + program.path(), "--id", "culprit");
      assertThat(program.udp(Family.V4, port).word()).isEqualTo("timeout");

      JsonNode explanation = lab.client().json("explain", "last");

      assertThat(explanation.isObject()).isTrue();
      assertThat(explanation.get("decision").get("rule").asText()).isEqualTo("culprit");
      assertThat(explanation.get("decision").get("verdict").asText()).isEqualTo("deny");
      assertThat(explanation.get("flow").get("remote").get("port").asInt()).isEqualTo(port);
      assertThat(explanation.get("subject").get("exe").asText()).isEqualTo(program.path());
      assertThat(lab.client().must("explain", "last")).contains("culprit", program.path());
      assertThat(lab.server().arrivals(Protocol.UDP, Family.V4, port)).isZero();
    }
  }

  @Test
  void shouldExplainFlowsThatNeverWere() {
    lab.client().rule("reject", "out", "process.exe=/opt/some/program", "--id", "only");

    JsonNode explanation =
        lab.client()
            .json("explain", "out", "tcp", "192.0.2.1:443", "process.exe=/opt/some/program");

    assertThat(explanation.toString()).contains("only", "192.0.2.1", "reject");
  }

  @Test
  void shouldWatchFlowsAsOneObjectPerLine() {
    int port = lab.server().freshPort();
    try (Program program = lab.program("allowed");
        Follower watch = lab.client().follow("watch", "--json")) {
      JsonNode event =
          watch.awaitAfter(
              "the flow",
              () -> program.udp(Family.V6, port),
              seen -> seen.toString().contains(Integer.toString(port)));

      assertThat(event.isObject()).isTrue();
      assertThat(event.toString()).contains(program.path(), "fd77::2");
      assertThat(watch.terminate()).isZero();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a b",
        "$(reboot)",
        "`id`",
        "a;b|c&d",
        "it's \"quoted\"",
        "back\\slash",
        "{x} [y] (z)",
        "é ü 漢字 \uD83D\uDD25",
        "#no comment",
        "-starts-with-dash",
        "$HOME ${x} %d *",
        "a,b=c~d!",
      })
  void shouldHandOverArgumentsUnchanged(String strange) {
    lab.client().must("deny", "out", "remote.port=1", "--id", "odd", "--comment=" + strange);

    assertThat(lab.client().json("show", "odd").get("comment").asText()).isEqualTo(strange);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/opt/a b/c", "/opt/$(reboot);x", "/opt/it's", "/opt/\"q\"", "/opt/漢字"})
  void shouldHoldRulesAboutStrangePaths(String path) {
    lab.client().must("deny", "out", "process.exe=" + path, "--id", "odd");

    assertThat(lab.client().json("show", "odd").get("text").asText())
        .startsWith("deny out process.exe=");
    JsonNode explanation =
        lab.client().json("explain", "out", "tcp", "192.0.2.1:1", "process.exe=" + path);
    assertThat(explanation.get("decision").get("rule").asText()).isEqualTo("odd");
  }

  @Test
  void shouldChangeNothingOnDryRun() {
    lab.client().must("deny", "out", "remote.port=1", "--id", "never", "--dry-run");
    lab.client().must("mode", "observe", "--dry-run");
    lab.client().must("default", "out", "deny", "--dry-run");
    lab.client().must("down", "--dry-run");

    JsonNode status = lab.client().json("status");
    assertThat(lab.client().json("rules")).isEmpty();
    assertThat(status.get("mode").asText()).isEqualTo("enforce");
    assertThat(status.get("defaults").get("out").asText()).isEqualTo("allow");
    assertThat(lab.namespaces().rules()).containsIgnoringCase("sallyport");
  }

  @Test
  void shouldListenOnNoPort() {
    String sockets = Command.of("ss", "-Hltunp").in(lab.namespaces().host()).must().out();

    assertThat(sockets).doesNotContain("pid=" + lab.daemon().pid() + ",").isEmpty();
  }

  @Test
  void shouldRunNextToAnotherDaemonWithAnotherPolicy() {
    try (Lab other = Lab.enforcing()) {
      int port = lab.server().freshPort();
      other.client().rule("deny", "out", "proto=tcp", "--id", "only-there");

      assertThat(lab.client().json("rules")).isEmpty();
      try (Program here = lab.program("allowed");
          Program there = other.program("allowed").patientFor(1)) {
        assertThat(here.tcp(Family.V4, port).word()).isEqualTo("connected");
        assertThat(there.tcp(Family.V4, port).word()).isEqualTo("timeout");
        assertThat(other.server().arrivals(Protocol.TCP, Family.V4, port)).isZero();
      }
      assertThat(other.daemon().terminate()).isZero();
    }
    assertThat(lab.client().json("status").get("mode").asText()).isEqualTo("enforce");
  }
}
