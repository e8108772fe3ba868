// SPDX-License-Identifier: Apache-2.0
package org.sallyport.itests.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.sallyport.itests.kernel.kit.Command;
import org.sallyport.itests.kernel.kit.Family;
import org.sallyport.itests.kernel.kit.Lab;
import org.sallyport.itests.kernel.kit.Program;
import org.sallyport.itests.kernel.kit.Protocol;

/** The protected host as a router: what passes through belongs to no program of its own. */
class ForwardKernelIT {

  private static Lab lab;
  private static String beyond;

  @BeforeAll
  static void start() {
    lab = Lab.enforcing();
    String host = lab.namespaces().host();
    beyond = host + "b";
    Command.of("ip", "netns", "add", beyond).must();
    Command.of("ip", "link", "add", "far", "type", "veth", "peer", "name", "far", "netns", beyond)
        .in(host)
        .must();
    Command.of("ip", "address", "add", "10.78.0.1/24", "dev", "far").in(host).must();
    Command.of("ip", "link", "set", "far", "up").in(host).must();
    Command.of("ip", "address", "add", "10.78.0.2/24", "dev", "far").in(beyond).must();
    Command.of("ip", "link", "set", "far", "up").in(beyond).must();
    Command.of("ip", "route", "add", "default", "via", "10.78.0.1").in(beyond).must();
    Command.of("ip", "route", "add", "10.78.0.0/24", "via", Family.V4.host())
        .in(lab.namespaces().server())
        .must();
    Command.of("sh", "-c", "echo 1 > /proc/sys/net/ipv4/ip_forward").in(host).must();
  }

  @AfterAll
  static void stop() {
    Command.of("ip", "netns", "delete", beyond).run();
    lab.close();
  }

  @AfterEach
  void removeRules() {
    lab.client().must("default", "forward", "allow");
    lab.client().clear();
  }

  @ParameterizedTest
  @EnumSource
  void shouldDenyWhatIsRoutedToAPort(Protocol protocol) {
    int shut = lab.server().freshPort();
    int open = lab.server().freshPort();
    lab.client().rule("deny", "forward", "remote.port=" + shut);
    try (Program far = lab.programIn(beyond, "far").patientFor(1);
        Program own = lab.program("own")) {
      assertThat(far.talk(protocol, Family.V4, shut).word()).isEqualTo("timeout");
      assertThat(lab.server().arrivals(protocol, Family.V4, shut)).isZero();
      assertThat(far.talk(protocol, Family.V4, open).word()).isEqualTo(protocol.arrives());
      assertThat(far.again().word()).isEqualTo("echo");
      assertThat(own.talk(protocol, Family.V4, shut).word())
          .as("the host's own")
          .isEqualTo(protocol.arrives());
    }
  }

  @ParameterizedTest
  @EnumSource
  void shouldAllowNothingButWhatARuleNames(Protocol protocol) {
    int open = lab.server().freshPort();
    int shut = lab.server().freshPort();
    lab.client().rule("allow", "forward", "remote.port=" + open);
    lab.client().must("default", "forward", "reject");
    try (Program far = lab.programIn(beyond, "far")) {
      assertThat(far.talk(protocol, Family.V4, open).word()).isEqualTo(protocol.arrives());
      far.drop();
      assertThat(far.talk(protocol, Family.V4, shut).word())
          .isIn("ECONNREFUSED", "EHOSTUNREACH", "EACCES");
    }
  }

  @Test
  void shouldNotTakeItForAProgramOfThisHost() {
    int port = lab.server().freshPort();
    lab.client().rule("deny", "forward", "!process.exe=/nowhere");
    lab.client().rule("deny", "out", "remote.port=" + port);
    try (Program far = lab.programIn(beyond, "far")) {
      assertThat(far.tcp(Family.V4, port).word()).isEqualTo("connected");
    }
    lab.client().rule("reject", "forward", "subject=forward");
    try (Program far = lab.programIn(beyond, "far")) {
      assertThat(far.tcp(Family.V4, port).word()).isEqualTo("ECONNREFUSED");
    }
  }

  @Test
  void shouldEndWhatRunsThroughWhenItIsDeniedLater() {
    int port = lab.server().freshPort();
    lab.client().rule("deny", "forward", "remote.port=1");
    try (Program far = lab.programIn(beyond, "far").patientFor(1)) {
      assertThat(far.tcp(Family.V4, port).word()).isEqualTo("connected");
      assertThat(far.again().word()).isEqualTo("echo");
      lab.client().rule("deny", "forward", "remote.port=" + port);
      assertThat(far.again().word()).isEqualTo("timeout");
    }
  }
}
