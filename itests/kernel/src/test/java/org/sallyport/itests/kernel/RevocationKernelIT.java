// SPDX-License-Identifier: Apache-2.0
package org.sallyport.itests.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sallyport.itests.kernel.kit.Await;
import org.sallyport.itests.kernel.kit.Family;
import org.sallyport.itests.kernel.kit.Lab;
import org.sallyport.itests.kernel.kit.Program;
import org.sallyport.itests.kernel.kit.Protocol;

/** A policy that no longer allows what runs ends it, in both directions, whoever speaks. */
class RevocationKernelIT {

  private static final String EVERY_KIND = "TCP, V4\nTCP, V6\nUDP, V4\nUDP, V6";
  private static final int PUSHED = 20_190;
  private static final Duration SOON = Duration.ofSeconds(5);
  private static Lab lab;

  @BeforeAll
  static void start() {
    lab = Lab.enforcing();
    AutoCloseable unused = lab.pusher(PUSHED + 1_000);
  }

  @AfterAll
  static void stop() {
    lab.close();
  }

  @AfterEach
  void removeRules() {
    lab.client().clear();
  }

  /** The program only listens: but for the kernel's own acknowledgements nothing leaves. */
  @ParameterizedTest
  @CsvSource(textBlock = EVERY_KIND)
  void shouldEndADownload(Protocol protocol, Family family) {
    try (Program reader = lab.program("reader");
        Program other = lab.program("other")) {
      reader.talk(protocol, family.server(), PUSHED + 1_000);
      other.talk(protocol, family.server(), PUSHED + 1_000);
      assertThat(reader.listen().word()).isEqualTo("heard");

      lab.client().rule("deny", "out", "process.exe=" + reader.path());

      Await.until(
          "the socket is ended",
          SOON,
          () -> reader.listen().word().matches("ECONNABORTED|ECONNRESET|closed"));
      assertThat(other.listen().word()).as("somebody else's download").isEqualTo("heard");
    }
  }

  @ParameterizedTest
  @CsvSource(textBlock = "V4\nV6")
  void shouldCutAnswersToASocketThatServesOtherFlowsToo(Family family) {
    try (Program reader = lab.program("loose")) {
      reader.unconnected(family, PUSHED + 1_000);
      assertThat(reader.listen().word()).isEqualTo("heard");

      lab.client().rule("deny", "out", "process.exe=" + reader.path());
      Await.until("silence", SOON, () -> reader.patientFor(1).listen().word().equals("timeout"));

      lab.client().clear();
      Await.until("it is allowed again", SOON, () -> reader.listen().word().equals("heard"));
    }
  }
}
