// SPDX-License-Identifier: Apache-2.0
package org.sallyport.itests.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sallyport.itests.kernel.kit.Command;
import org.sallyport.itests.kernel.kit.Family;
import org.sallyport.itests.kernel.kit.Lab;
import org.sallyport.itests.kernel.kit.Program;
import org.sallyport.itests.kernel.kit.Protocol;

/** What one does with iptables' owner match by hand, done with rules; the kernel decides alone. */
class SeedKernelIT {

  private static final int USER = 1201;
  private static final int OTHER = 1202;
  private static final int NOINET = 1390;

  private Lab lab;

  @BeforeEach
  void start() {
    lab = Lab.enforcing();
    lab.client().must("backend-use", "owner-iptables");
  }

  @AfterEach
  void stop() {
    lab.close();
  }

  @Test
  void shouldLogAndDropAllOfOneUserAndLetAnotherPass() {
    lab.client().rule("log", "out", "user=" + USER, "--priority", "1", "--id", "seen");
    lab.client().rule("deny", "out", "user=" + USER, "--id", "dropped");
    try (Program one = lab.program("one").as(USER, USER).patientFor(1);
        Program other = lab.program("other").as(OTHER, OTHER)) {
      for (Family family : Family.values()) {
        for (Protocol protocol : Protocol.values()) {
          int port = lab.server().freshPort();
          int free = lab.server().freshPort();
          assertThat(one.talk(protocol, family, port).word()).isIn("timeout", "EPERM");
          assertThat(lab.server().settledArrivals(protocol, family, port)).isZero();
          assertThat(other.talk(protocol, family, free).word()).isEqualTo(protocol.arrives());
        }
      }
    }
    JsonNode seen = lab.client().json("show", "seen");
    JsonNode dropped = lab.client().json("show", "dropped");
    assertThat(seen.get("packets").asLong()).isGreaterThanOrEqualTo(4);
    assertThat(dropped.get("packets")).isEqualTo(seen.get("packets"));
    assertThat(dropped.get("bytes")).isEqualTo(seen.get("bytes"));
    assertThat(lab.namespaces().rules())
        .contains("-j LOG --log-prefix \"sallyport seen \"")
        .contains("-m limit");
  }

  /** Example 1; the ping is a copy that may open raw sockets without being root's. */
  @Test
  void shouldRejectPingsAndAllowThemForOneUserCountingEachPacket() throws Exception {
    Path ping = copyOfPing();
    lab.client().rule("reject", "out", "icmp.type=echo-request", "--id", "no-ping");

    Command.Result refused = ping(ping, OTHER, 1);

    assertThat(refused.status()).isNotZero();
    assertThat(refused.err() + refused.out()).contains("Operation not permitted");
    assertCounts("no-ping", 1, 84);

    lab.client()
        .rule(
            "allow",
            "out",
            "icmp.type=echo-request",
            "user=" + USER,
            "--priority",
            "500",
            "--id",
            "may-ping");

    Command.Result answered = ping(ping, USER, 2);

    assertThat(answered.status()).as("replies come in; %s", answered.out()).isZero();
    assertThat(answered.out()).contains("2 received");
    assertCounts("no-ping", 1, 84);
    assertCounts("may-ping", 2, 168);

    // the same copy, told apart by its executable: only the queue knows programs
    lab.client().must("backend-use", "owner-iptables,nfqueue");
    lab.client()
        .rule(
            "allow",
            "out",
            "icmp.type=echo-request",
            "process.exe=" + ping,
            "--priority",
            "400",
            "--id",
            "this-ping");
    assertThat(ping(ping, OTHER, 1).out()).contains("1 received");
    assertThat(lab.client().json("show", "this-ping").get("backend").asText()).isEqualTo("nfqueue");
    assertCounts("no-ping", 1, 84);
    assertCounts("may-ping", 2, 168);
  }

  private void assertCounts(String id, long packets, long bytes) {
    JsonNode rule = lab.client().json("show", id);
    assertThat(rule.get("packets").asLong()).as("packets of %s", id).isEqualTo(packets);
    assertThat(rule.get("bytes").asLong()).as("bytes of %s", id).isEqualTo(bytes);
  }

  private Path copyOfPing() throws Exception {
    Path ping = lab.folder().resolve("ping");
    Files.copy(Path.of("/usr/bin/ping"), ping);
    Files.setPosixFilePermissions(ping, PosixFilePermissions.fromString("rwxr-xr-x"));
    Command.of("setcap", "cap_net_raw+ep", ping.toString()).must();
    return ping;
  }

  private Command.Result ping(Path ping, int user, int count) {
    String id = Integer.toString(user);
    return Command.of(
            "setpriv",
            "--reuid",
            id,
            "--regid",
            id,
            "--clear-groups",
            ping.toString(),
            "-n",
            "-c",
            Integer.toString(count),
            "-i",
            "0.2",
            "-W",
            "2",
            Family.V4.server())
        .in(lab.namespaces().host())
        .run();
  }

  /** Example 2; the group's name is a matter of launch, the rule takes its number too. */
  @ParameterizedTest
  @ValueSource(strings = {"owner-iptables", "nfqueue", "owner-iptables,nfqueue"})
  void shouldCutOffExactlyWhatRunsInAGroup(String backends) {
    lab.client().must("backend-use", backends);
    String rule = lab.client().rule("deny", "out", "group=" + NOINET);
    try (Program inside = lab.program("inside").as(USER, NOINET).patientFor(1);
        Program outside = lab.program("outside").as(USER, USER)) {
      int port = lab.server().freshPort();
      assertThat(inside.tcp(Family.V4, port).word()).isIn("timeout", "EPERM");
      assertThat(lab.server().settledArrivals(Protocol.TCP, Family.V4, port)).isZero();
      assertThat(outside.tcp(Family.V4, lab.server().freshPort()).word()).isEqualTo("connected");

      lab.client().must("remove", rule);

      assertThat(inside.tcp(Family.V4, lab.server().freshPort()).word()).isEqualTo("connected");
    }
  }

  /** "All but": the answers of what may go out come in, and nothing else does. */
  @Test
  void shouldLetAnswersInWhereAllElseIsDenied() {
    lab.client().must("default", "in", "deny");
    lab.client().must("default", "out", "deny");
    lab.client().rule("allow", "out", "user=" + USER);
    lab.client().rule("allow", "out", "user=0", "icmp.type=echo-request");
    int closed = lab.server().freshPort();
    AutoCloseable unused = lab.listener("listener", closed, closed); // the lab closes it
    try (Program one = lab.program("one").as(USER, USER);
        Program root = lab.program("root").patientFor(1);
        Program stranger = lab.stranger("stranger").patientFor(1)) {
      assertThat(unused).isNotNull();
      for (Family family : Family.values()) {
        assertThat(one.tcp(family, lab.server().freshPort()).word()).isEqualTo("connected");
        assertThat(one.udp(family, lab.server().freshPort()).word()).isEqualTo("echo");
        assertThat(root.ping(family.server()).word()).isEqualTo("echo");
        assertThat(root.udp(family, lab.server().freshPort()).word()).isIn("timeout", "EPERM");
        assertThat(stranger.tcp(family.host(), closed).word()).isEqualTo("timeout");
        assertThat(stranger.udp(family.host(), closed).word()).isEqualTo("timeout");
      }
    }
  }

  /** The kernel bounds how many chains may lead on to each other, and each kind is a tree. */
  @Test
  void shouldHoldManyRulesOfSeveralKinds() {
    int open = lab.server().freshPort();
    int refused = lab.server().freshPort();
    StringBuilder policy = new StringBuilder("defaults:\n  out: deny\nrules:\n");
    for (int i = 0; i < 400; i++) {
      rule(policy, "u" + i, "reject out user=" + (5000 + 3 * i));
      rule(policy, "v" + i, "deny out proto=tcp remote.port=" + (30_000 + 2 * i));
      rule(policy, "w" + i, "deny out remote.ip=10.20." + i / 200 + "." + (1 + i % 200));
    }
    rule(policy, "x", "reject out proto=tcp remote.port=" + refused);
    rule(policy, "y", "allow out user=" + USER);
    Command.Result applied = lab.client().reading(policy.toString(), "apply", "-");
    assertThat(applied.status()).as(applied.err()).isZero();

    try (Program one = lab.program("one").as(USER, USER).patientFor(1);
        Program two = lab.program("two").as(5000 + 3 * 399, USER).patientFor(1)) {
      for (Family family : Family.values()) {
        assertThat(one.tcp(family, open).word()).isEqualTo("connected");
        assertThat(one.tcp(family, refused).word()).isEqualTo("ECONNREFUSED");
        assertThat(two.tcp(family, open).word()).isEqualTo("ECONNREFUSED");
      }
    }
    assertThat(lab.client().json("show", "u399").get("packets").asLong()).isEqualTo(2);
    assertThat(lab.client().json("status").get("problems").toString()).isEqualTo("[]");
  }

  private static void rule(StringBuilder policy, String id, String text) {
    // by kind first, so that the kinds stand in blocks: u, v, w
    policy.append("  - id: ").append(id).append("\n    rule: ").append(text).append('\n');
  }

  @Test
  void shouldSayWhyARuleCannotBeHeldAndChangeNothing() {
    String program = lab.executable("program");
    Command.Result refused = lab.client().run("deny", "out", "process.exe=" + program, "--id", "x");
    assertThat(refused.status()).isEqualTo(1);
    assertThat(refused.err()).contains("owner-iptables cannot hold the rule x", "process.exe");

    lab.client().must("backend-use", "nfqueue");
    lab.client().rule("deny", "out", "process.exe=" + program, "--id", "x");
    Command.Result back = lab.client().run("backend-use", "owner-iptables");
    assertThat(back.status()).isEqualTo(1);
    assertThat(back.err()).contains("rule x");
    assertThat(lab.client().json("backends").toString()).contains("nfqueue");
    assertThat(lab.client().json("plan", "owner-iptables").get("complete").asBoolean()).isFalse();
    lab.client().must("backend-use", "owner-iptables,nfqueue");
    assertThat(lab.client().json("show", "x").get("backend").asText()).isEqualTo("nfqueue");
  }
}
