// SPDX-License-Identifier: Apache-2.0
package org.sallyport.itests.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sallyport.itests.kernel.kit.Command;
import org.sallyport.itests.kernel.kit.Family;
import org.sallyport.itests.kernel.kit.Lab;
import org.sallyport.itests.kernel.kit.Program;
import org.sallyport.itests.kernel.kit.Protocol;

/**
 * A denied program sends under the address and port of an allowed one's socket, which a program of
 * the same user can: it holds the port at another address and gives the source with each packet.
 */
class PosingKernelIT {

  private static final int OWN_PORT = 31_000;
  private static Lab lab;

  @BeforeAll
  static void start() {
    lab = Lab.enforcing();
    // deprecated, so that the allowed program's packets keep the other address
    Command.of("ip", "address", "add", "fd77::11/64", "dev", "wire", "nodad", "preferred_lft", "0")
        .in(lab.namespaces().host())
        .must();
  }

  @AfterAll
  static void stop() {
    lab.close();
  }

  @AfterEach
  void removeRules() {
    lab.client().clear();
  }

  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          V4, 10.77.0.2,        10.77.0.1,        127.0.0.2,        stay
          V4, 10.77.0.2,        10.77.0.1,        127.0.0.2,        close
          V4, 10.77.0.2,        10.77.0.1,        127.0.0.2,        leave
          V4, ::ffff:10.77.0.2, ::ffff:10.77.0.1, ::ffff:127.0.0.2, stay
          V4, ::ffff:10.77.0.2, ::ffff:10.77.0.1, ::ffff:127.0.0.2, close
          V6, fd77::2,          fd77::1,          fd77::11,         stay
          V6, fd77::2,          fd77::1,          fd77::11,         close
          V6, fd77::2,          fd77::1,          fd77::11,         leave
          """)
  void shouldNotTakeAPosersDatagramForTheConnectedPrograms(
      Family family, String to, String from, String own, String afterwards) {
    lab.client().rule("deny", "out", "process.exe=" + lab.executable("denied"));
    int port = lab.server().freshPort();
    int local = OWN_PORT + port % 1000;
    try (Program allowed = lab.program("allowed").fromPort(local);
        Program denied = lab.program("denied").fromPort(local)) {
      assertThat(allowed.udp(family, port).word()).isEqualTo("echo");
      long before = lab.server().settledArrivals(Protocol.UDP, family, port);

      denied.pose(to, port, from, own, afterwards);

      assertThat(lab.server().settledArrivals(Protocol.UDP, family, port)).isEqualTo(before);
      assertThat(allowed.again().word()).as("the program itself, beside it").isEqualTo("echo");
    }
  }

  /** The datagram is unknown as long as nobody is seen to have it on its way, so nothing grants. */
  @Test
  void shouldNotGrantAPoserWhatTheConnectedProgramMay() {
    lab.client().rule("allow", "out", "process.exe=" + lab.executable("allowed"));
    lab.client().must("default", "out", "deny");
    int port = lab.server().freshPort();
    int local = OWN_PORT + port % 1000;
    try (Program allowed = lab.program("allowed").fromPort(local);
        Program denied = lab.program("denied").fromPort(local)) {
      assertThat(allowed.udp(Family.V4, port).word()).isEqualTo("echo");
      long before = lab.server().settledArrivals(Protocol.UDP, Family.V4, port);
      for (int i = 0; i < 50; i++) {
        denied.pose(Family.V4.server(), port, Family.V4.host(), "127.0.0.2", "close");
      }
      assertThat(lab.server().settledArrivals(Protocol.UDP, Family.V4, port)).isEqualTo(before);
    } finally {
      lab.client().must("default", "out", "allow");
    }
  }
}
