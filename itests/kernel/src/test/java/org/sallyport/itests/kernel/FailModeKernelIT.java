// SPDX-License-Identifier: Apache-2.0
package org.sallyport.itests.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sallyport.itests.kernel.kit.Await;
import org.sallyport.itests.kernel.kit.Family;
import org.sallyport.itests.kernel.kit.Lab;
import org.sallyport.itests.kernel.kit.Program;
import org.sallyport.itests.kernel.kit.Protocol;

/**
 * What goes wrong, provoked row by row of the table of fail modes, and what each choice makes of
 * it. Death by kill and the orderly end are in {@link LifeKernelIT}.
 */
class FailModeKernelIT {

  private static final int MORE_THAN_A_QUEUE = 14_000;
  private static final int QUEUE = 8192;
  private static final int MORE_THAN_A_FLOWS_SHARE = 1_500;
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final String BPF = "org.sallyport.attribution.bpf";
  private static final String SOCKDIAG = "org.sallyport.attribution.sockdiag";
  private static final String PROCFS = "org.sallyport.attribution.procfs";

  private Lab lab;

  @BeforeEach
  void start() {
    lab = Lab.enforcing();
  }

  @AfterEach
  void stop() {
    lab.close();
  }

  @Test
  void shouldDropWhatAFullQueueCannotHoldWhereFailIsClosed() {
    int port = lab.server().freshPort();
    try (Program program = lab.program("flooder")) {
      lab.daemon().pause();
      program.flood(Family.V4, port, MORE_THAN_A_QUEUE);
      assertThat(lab.server().arrivals(Protocol.UDP, Family.V4, port)).isZero();
      lab.daemon().resume();
    }
    Await.until("the drops are counted", PATIENCE, () -> count("queue-full") > 0);
    assertThat(lab.server().settledArrivals(Protocol.UDP, Family.V4, port))
        .isLessThanOrEqualTo(QUEUE + 64L); // the receive buffer and a batch besides
  }

  @Test
  void shouldLetPassWhatAFullQueueCannotHoldWhereFailIsOpen() {
    lab.client().must("fail", "open");
    int port = lab.server().freshPort();
    try (Program program = lab.program("flooder")) {
      lab.daemon().pause();
      program.flood(Family.V4, port, MORE_THAN_A_QUEUE);
      assertThat(lab.server().settledArrivals(Protocol.UDP, Family.V4, port))
          .isGreaterThan(MORE_THAN_A_QUEUE - QUEUE - 1_000L);
      lab.daemon().resume();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"apply", "skip"})
  void shouldTreatAnUnknownProgramAsChosen(String choice) {
    lab.client().must("fail", "unknown-operand", choice);
    lab.client().rule("deny", "out", "process.exe=/nowhere/at-all");
    int port = lab.server().freshPort();
    withoutSources();
    try (Program program = lab.program("unknown").patientFor(4)) {
      assertThat(program.udp(Family.V4, port).word())
          .isEqualTo(choice.equals("skip") ? "echo" : "timeout");
      assertThat(count("unattributed") + count("attribution-late")).isPositive();
      if (choice.equals("skip")) {
        assertThat(count("unknown-operand")).isPositive();
      }
    }
    assertThat(lab.server().settledArrivals(Protocol.UDP, Family.V4, port))
        .isEqualTo(choice.equals("skip") ? 1 : 0);
  }

  @Test
  void shouldLetUnattributedFlowsPassWhereThatIsChosen() {
    lab.client().must("fail", "unattributed", "accept");
    lab.client().rule("deny", "out", "process.exe=/nowhere/at-all");
    withoutSources();
    try (Program program = lab.program("unknown")) {
      assertThat(program.tcp(Family.V4, lab.server().freshPort()).word()).isEqualTo("connected");
    }
    assertThat(count("unattributed")).isPositive();
  }

  @ParameterizedTest
  @ValueSource(strings = {"drop", "accept"})
  void shouldParkNoMoreThanAFlowsShare(String choice) {
    lab.client().must("fail", "parking-full", choice);
    lab.client().rule("deny", "out", "process.exe=/nowhere/at-all");
    int port = lab.server().freshPort();
    try (Program program = lab.program("flooder")) {
      lab.client().must("bundle:stop", BPF);
      lab.client().must("bundle:stop", SOCKDIAG); // within the grace: what needs it is held
      program.flood(Family.V4, port, MORE_THAN_A_FLOWS_SHARE);
      Await.until("parking is full", PATIENCE, () -> count("parking-full") > 0);
      long passed = lab.server().arrivals(Protocol.UDP, Family.V4, port);
      if (choice.equals("accept")) {
        assertThat(passed).isPositive();
      } else {
        assertThat(passed).isZero();
      }
      lab.client().must("bundle:start", SOCKDIAG);
      if (choice.equals("drop")) {
        Await.until(
            "the rest is decided when the source is back",
            PATIENCE,
            () -> lab.server().arrivals(Protocol.UDP, Family.V4, port) > 0);
        assertThat(lab.server().settledArrivals(Protocol.UDP, Family.V4, port))
            .isLessThan(MORE_THAN_A_FLOWS_SHARE);
      }
    }
  }

  @Test
  void shouldBreakNothingWhenItDiesWhileObserving() {
    lab.client().rule("deny", "out", "process.exe=" + lab.executable("denied"));
    lab.client().must("mode", "observe");
    try (Program running = lab.program("denied");
        Program late = lab.program("late")) {
      assertThat(running.udp(Family.V4, lab.server().freshPort()).word()).isEqualTo("echo");
      lab.daemon().pause();
      lab.daemon().kill();
      assertThat(running.again().word()).isEqualTo("echo");
      for (Protocol protocol : Protocol.values()) {
        for (Family family : Family.values()) {
          int port = lab.server().freshPort();
          assertThat(late.talk(protocol, family, port).word()).isEqualTo(protocol.arrives());
          late.drop();
        }
      }
    }
  }

  /** No source of subjects is there any more, and the grace for its return is over. */
  private void withoutSources() {
    lab.client().must("bundle:stop", BPF);
    lab.client().must("bundle:stop", SOCKDIAG);
    lab.client().must("bundle:stop", PROCFS);
    Await.until(
        "nobody attributes",
        PATIENCE,
        () -> lab.client().json("status").at("/attribution/source").asText().equals("none"));
  }

  private long count(String situation) {
    return lab.client().json("status").at("/fail/" + situation + "/count").asLong();
  }
}
