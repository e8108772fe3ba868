// SPDX-License-Identifier: Apache-2.0
package org.sallyport.itests.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sallyport.itests.kernel.kit.Await;
import org.sallyport.itests.kernel.kit.Command;
import org.sallyport.itests.kernel.kit.Family;
import org.sallyport.itests.kernel.kit.Lab;
import org.sallyport.itests.kernel.kit.PluginJar;
import org.sallyport.itests.kernel.kit.Program;
import org.sallyport.itests.kernel.kit.Protocol;

/** The row {@code no-policy} of the table of fail modes: a daemon whose parts do not come. */
class NoPolicyKernelIT {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String WAITING = "mode: enforce\nproviders: broken\nboot-deadline: 600s\n";

  private Lab lab;

  @BeforeEach
  void start() {
    lab = new Lab();
  }

  @AfterEach
  void stop() {
    lab.close();
  }

  /** Starts a daemon that is not going to be ready, and waits until it guards the host. */
  private void begin(String settings) {
    lab.daemon().settings(settings);
    lab.daemon().begin();
    Await.until(
        "the daemon answers, and its queue is bound",
        PATIENCE,
        () -> {
          Command.Result status = lab.client().run("status", "--json");
          return status.status() == 0 && lab.namespaces().rules().contains("NFQUEUE");
        },
        () -> lab.daemon().log());
    assertThat(status().at("/revision").asLong()).isZero();
  }

  private JsonNode status() {
    return lab.client().json("status");
  }

  private long noPolicy() {
    return status().at("/fail/no-policy/count").asLong();
  }

  @Test
  void shouldHoldNewFlowsUntilTheProviderIsThereAndDecideThemThen() throws Exception {
    begin(WAITING);
    assertThat(status().at("/waits/boot-deadline").asText()).isEqualTo("600s");
    int port = lab.server().freshPort();
    try (Program program = lab.program("early").patientFor(120)) {
      Thread talking = new Thread(() -> program.udp(Family.V4, port));
      talking.start();
      Await.until("the flow waits", PATIENCE, () -> noPolicy() > 0);
      assertThat(lab.server().settledArrivals(Protocol.UDP, Family.V4, port)).isZero();
      assertThat(lab.daemon().output()).as("not ready").isEmpty();

      lab.client().must("bundle:install", "-s", PluginJar.broken(lab.folder()));
      lab.daemon().awaitReady();

      talking.join(PATIENCE.toMillis());
      assertThat(lab.server().settledArrivals(Protocol.UDP, Family.V4, port)).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"fail: closed\nfail.no-policy: drop\n", "fail: open\n"})
  void shouldDropOrAcceptAtOnceWhereThatIsChosen(String fail) {
    begin(WAITING + fail);
    boolean open = fail.contains("open");
    try (Program program = lab.program("early")) {
      for (Family family : Family.values()) {
        int port = lab.server().freshPort();
        assertThat(program.udp(family, port).word()).isEqualTo(open ? "echo" : "timeout");
        assertThat(lab.server().settledArrivals(Protocol.UDP, family, port))
            .isEqualTo(open ? 1 : 0);
      }
    }
    assertThat(noPolicy()).isPositive();
    assertThat(status().at("/revision").asLong()).isZero();
  }

  @Test
  void shouldHoldAndThenDropWhereNoPolicyEverComes() {
    lab.daemon().settings("mode: enforce\n");
    lab.daemon().start();
    lab.client().must("bundle:stop", "org.sallyport.engine"); // and it stays so across restarts
    assertThat(lab.daemon().terminate()).isZero();
    begin("mode: enforce\nboot-deadline: 3s\n");
    int port = lab.server().freshPort();
    try (Program program = lab.program("early")) {
      Await.until(
          "new flows wait", // what the first daemon left in the kernel refuses them until then
          PATIENCE,
          () -> {
            program.attempt(Protocol.UDP, Family.V4, port);
            return noPolicy() > 0;
          });
      assertThat(program.patientFor(8).udp(Family.V4, port).word()).isEqualTo("timeout");
      assertThat(program.patientFor(1).udp(Family.V4, port).word()).isEqualTo("timeout");
    }
    assertThat(noPolicy()).isGreaterThanOrEqualTo(2);
    assertThat(status().at("/revision").asLong()).isZero();
    assertThat(lab.server().settledArrivals(Protocol.UDP, Family.V4, port)).isZero();

    lab.client().must("bundle:start", "org.sallyport.engine");
    lab.daemon().awaitReady();
    try (Program program = lab.program("late")) {
      assertThat(program.udp(Family.V4, port).word()).isEqualTo("echo");
    }
  }
}
