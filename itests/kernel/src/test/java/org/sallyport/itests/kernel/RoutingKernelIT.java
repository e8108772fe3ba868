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

/** What our marks must not disturb, and protocols without ports. */
class RoutingKernelIT {

  private static final String BEHIND_A_TUNNEL = "10.79.0.2";
  private static final String GROUP = "239.77.0.1";
  private static final long TUNNEL_MARK = 0xca6c;
  private static final int IDENTIFIER = 4711;
  private static Lab lab;
  private static String denied;

  @BeforeAll
  static void start() {
    lab = Lab.enforcing();
    denied = lab.executable("denied");
    String host = lab.namespaces().host();
    Command.of("ip", "address", "add", BEHIND_A_TUNNEL + "/32", "dev", "lo")
        .in(lab.namespaces().server())
        .must();
    Command.of("ip", "rule", "add", "fwmark", "0xca6c", "lookup", "100").in(host).must();
    Command.of("ip", "route", "add", BEHIND_A_TUNNEL, "via", Family.V4.server(), "table", "100")
        .in(host)
        .must();
    Command.of("ip", "route", "add", "239.0.0.0/8", "dev", "wire").in(host).must();
  }

  @AfterAll
  static void stop() {
    lab.close();
  }

  @AfterEach
  void removeRules() {
    lab.client().clear();
  }

  /** As WireGuard does it: the mark of a socket says which routes its packets take. */
  @ParameterizedTest
  @EnumSource
  void shouldLeaveRoutesByMarkAlone(Protocol protocol) {
    lab.client().rule("deny", "out", "process.exe=" + denied);
    int port = lab.server().freshPort();
    try (Program program = lab.program("tunnelled");
        Program other = lab.program("denied")) {
      assertThat(program.talk(protocol, BEHIND_A_TUNNEL, port).word()).isEqualTo("ENETUNREACH");
      program.drop();
      program.marked(TUNNEL_MARK).patientFor(1).talk(protocol, BEHIND_A_TUNNEL, port);
      assertThat(lab.server().settledArrivals(protocol, Family.V4, port)).isPositive();
      if (protocol == Protocol.TCP) { // the server's datagrams come from its other address
        assertThat(program.again().word()).isEqualTo("echo");
      }
      long before = lab.server().settledArrivals(protocol, Family.V4, port);
      other.marked(TUNNEL_MARK).patientFor(1).talk(protocol, BEHIND_A_TUNNEL, port);
      assertThat(lab.server().settledArrivals(protocol, Family.V4, port)).isEqualTo(before);
    }
    assertThat(lab.client().json("status").at("/backends/0/healthy").asBoolean()).isTrue();
  }

  @Test
  void shouldJudgeMulticastByItsSender() {
    lab.client().rule("deny", "out", "process.exe=" + denied);
    int port = lab.server().freshPort();
    try (Program program = lab.program("announcer").patientFor(1);
        Program other = lab.program("denied").patientFor(1)) {
      assertThat(other.udp(GROUP, port).word()).isEqualTo("timeout");
      assertThat(lab.server().settledArrivals(Protocol.UDP, Family.V4, port)).isZero();
      assertThat(program.udp(GROUP, port).word()).as("nobody answers").isEqualTo("timeout");
      assertThat(lab.server().settledArrivals(Protocol.UDP, Family.V4, port)).isEqualTo(1);
    }
  }

  /** One after the other: of two raw sockets that are open at once nobody can tell who sent. */
  @ParameterizedTest
  @EnumSource
  void shouldNotLetAPingInheritAnothersVerdict(Family family) {
    lab.client().rule("deny", "out", "process.exe=" + denied);
    try (Program allowed = lab.program("pinger").fromPort(IDENTIFIER);
        Program other = lab.program("denied").fromPort(IDENTIFIER).patientFor(1)) {
      assertThat(allowed.ping(family.server()).word()).isEqualTo("echo");
      allowed.drop();
      assertThat(other.ping(family.server()).word()).isEqualTo("timeout");
      other.drop();
      assertThat(allowed.ping(family.server()).word()).isEqualTo("echo");
    }
  }

  @ParameterizedTest
  @EnumSource
  void shouldTellProgramsByTheirCapabilities(Family family) {
    lab.client().rule("deny", "out", "proto=icmp,icmpv6", "process.cap=cap_net_raw");
    try (Program root = lab.program("pinger").patientFor(1)) {
      assertThat(root.ping(family.server()).word()).isEqualTo("timeout");
      assertThat(root.tcp(family, lab.server().freshPort()).word()).isEqualTo("connected");
    }
  }
}
