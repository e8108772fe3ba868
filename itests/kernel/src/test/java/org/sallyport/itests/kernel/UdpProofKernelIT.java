// SPDX-License-Identifier: Apache-2.0
package org.sallyport.itests.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.sallyport.itests.kernel.kit.Await;
import org.sallyport.itests.kernel.kit.Family;
import org.sallyport.itests.kernel.kit.Lab;
import org.sallyport.itests.kernel.kit.Program;
import org.sallyport.itests.kernel.kit.Protocol;

/** Datagrams of a sender that was proven to be allowed pass ahead of the queue, and no others. */
class UdpProofKernelIT {

  private static final int QUEUE = 5050;
  private static final int SEQUENCE = 7;
  private static final int MANY = 50;
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private Lab lab;

  @BeforeEach
  void start() {
    lab = Lab.enforcing();
    lab.client().must("default", "out", "deny");
    lab.awaitTap();
  }

  @AfterEach
  void stop() {
    lab.close();
  }

  private long queued() {
    return lab.namespaces().queue(QUEUE)[SEQUENCE];
  }

  private static void again(Program program) {
    assertThat(program.again().word()).isEqualTo("echo");
  }

  /** Has sent until one of its datagrams was not queued. */
  private Program proven(String name, Family family, int port) {
    Program program = lab.program(name);
    assertThat(program.udp(family, port).word()).isEqualTo("echo");
    awaitProof(program);
    return program;
  }

  private void awaitProof(Program program) {
    Await.until(
        "a datagram that is not queued",
        PATIENCE,
        () -> {
          long before = queued();
          again(program);
          return queued() == before;
        });
  }

  private void allow(String name) {
    lab.client().rule("allow", "out", "process.exe=" + lab.executable(name));
  }

  @ParameterizedTest
  @EnumSource(Family.class)
  void shouldLetAnAllowedSenderGoOnWithoutTheQueue(Family family) {
    allow("talker");
    try (Program program = proven("talker", family, lab.server().freshPort())) {
      long before = queued();
      for (int i = 0; i < MANY; i++) {
        again(program);
      }
      assertThat(queued() - before).as("queued of " + MANY).isLessThan(MANY / 2);
    }
  }

  /** Its socket was connected before the daemon was there to see it. */
  @Test
  void shouldLetASenderGoOnWhoseSocketIsOlderThanTheDaemon() {
    allow("talker");
    try (Program program = proven("talker", Family.V4, lab.server().freshPort())) {
      assertThat(lab.daemon().terminate()).isZero();
      lab.daemon().start();
      lab.awaitTap();
      again(program);
      awaitProof(program);
      long before = queued();
      for (int i = 0; i < MANY; i++) {
        again(program);
      }
      assertThat(queued() - before).as("queued of " + MANY).isLessThan(MANY / 2);
    }
  }

  @Test
  void shouldNotPassForAnotherProgramThatSendsBySameSocket() {
    allow("talker");
    int port = lab.server().freshPort();
    try (Program program = proven("talker", Family.V4, port)) {
      long arrived = lab.server().settledArrivals(Protocol.UDP, Family.V4, port);
      final long before = queued();
      program.hand(lab.executable("other"), MANY);
      assertThat(queued() - before).as("each is judged").isGreaterThanOrEqualTo(MANY);
      assertThat(lab.server().settledArrivals(Protocol.UDP, Family.V4, port)).isEqualTo(arrived);
    }
  }

  @Test
  void shouldNotPassForTheUserItWasBefore() {
    allow("talker");
    try (Program program = proven("talker", Family.V4, lab.server().freshPort())) {
      program.as(1201, 1201);
      long before = queued();
      again(program);
      assertThat(queued()).as("is judged anew").isGreaterThan(before);
    }
  }

  @Test
  void shouldNotPassForWhatIsSentToAnotherAddress() {
    int allowed = lab.server().freshPort();
    int denied = lab.server().freshPort();
    lab.client().rule("allow", "out", "remote.port=" + allowed);
    try (Program program = proven("talker", Family.V4, allowed)) {
      assertThat(program.patientForMs(500).also(Family.V4, denied).word()).isNotEqualTo("echo");
      assertThat(lab.server().settledArrivals(Protocol.UDP, Family.V4, denied)).isZero();
      again(program.patientFor(2));
    }
  }

  @Test
  void shouldEndWithThePolicyItRestsOn() {
    allow("talker");
    int port = lab.server().freshPort();
    try (Program program = proven("talker", Family.V4, port)) {
      String rule =
          lab.client()
              .rule("deny", "out", "process.exe=" + lab.executable("talker"), "--priority", "10");
      long arrived = lab.server().settledArrivals(Protocol.UDP, Family.V4, port);
      assertThat(program.patientForMs(500).again().word()).isNotEqualTo("echo");
      assertThat(lab.server().settledArrivals(Protocol.UDP, Family.V4, port)).isEqualTo(arrived);
      lab.client().must("remove", rule);
    }
    proven("talker", Family.V4, port).close();
  }

  /** Within seconds: a verdict of the queue does not outlive the daemon by much. */
  @Test
  void shouldEndSoonAfterTheDaemon() {
    allow("talker");
    int port = lab.server().freshPort();
    try (Program program = proven("talker", Family.V4, port)) {
      lab.daemon().kill();
      program.patientForMs(300);
      Await.until("the proof ends", PATIENCE, () -> !program.again().word().equals("echo"));
      long arrived = lab.server().settledArrivals(Protocol.UDP, Family.V4, port);
      for (int i = 0; i < 5; i++) {
        assertThat(program.again().word()).isNotEqualTo("echo");
      }
      assertThat(lab.server().settledArrivals(Protocol.UDP, Family.V4, port)).isEqualTo(arrived);
    }
  }
}
