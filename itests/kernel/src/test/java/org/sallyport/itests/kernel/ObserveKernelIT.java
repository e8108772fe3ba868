// SPDX-License-Identifier: Apache-2.0
package org.sallyport.itests.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.sallyport.itests.kernel.kit.Family;
import org.sallyport.itests.kernel.kit.Follower;
import org.sallyport.itests.kernel.kit.Lab;
import org.sallyport.itests.kernel.kit.Program;
import org.sallyport.itests.kernel.kit.Protocol;

/** A first start observes: everything passes, and what would have happened is told. */
class ObserveKernelIT {

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

  @AfterEach
  void removeRules() {
    lab.client().clear();
  }

  @Test
  void shouldStartObserving() {
    JsonNode status = lab.client().json("status");

    assertThat(status.get("mode").asText()).isEqualTo("observe");
    assertThat(status.get("defaults").get("out").asText()).isEqualTo("allow");
  }

  @ParameterizedTest
  @EnumSource
  void shouldLetEverythingPassAndTellWhatWouldHaveHappened(Protocol protocol) {
    int port = lab.server().freshPort();
    try (Program meant = lab.program("meant");
        Follower watch = lab.client().follow("watch", "--json")) {
      String id = lab.client().rule("deny", "out", "process.exe=" + meant.path());
      // The subscription is there once it shows a flow.
      int probe = lab.server().freshPort();
      watch.awaitAfter(
          "the watch", () -> meant.udp(Family.V4, probe), event -> mentions(event, probe));

      assertThat(meant.talk(protocol, Family.V4, port).word()).isEqualTo(protocol.arrives());

      JsonNode event = watch.await("the flow", seen -> mentions(seen, port));
      assertThat(event.get("verdict").asText()).as("what would have happened").isEqualTo("deny");
      assertThat(event.get("enforced").asBoolean()).isFalse();
      assertThat(event.get("rule").asText()).isEqualTo(id);
      assertThat(event.toString()).contains(meant.path());
      assertThat(watch.terminate()).isZero();
    }
  }

  private static boolean mentions(JsonNode event, int port) {
    return event.toString().contains(Integer.toString(port));
  }
}
