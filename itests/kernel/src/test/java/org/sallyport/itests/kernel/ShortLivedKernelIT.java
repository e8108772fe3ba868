// SPDX-License-Identifier: Apache-2.0
package org.sallyport.itests.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.sallyport.itests.kernel.kit.Await;
import org.sallyport.itests.kernel.kit.Burst;
import org.sallyport.itests.kernel.kit.Burst.Kind;
import org.sallyport.itests.kernel.kit.Collector;
import org.sallyport.itests.kernel.kit.Family;
import org.sallyport.itests.kernel.kit.Lab;
import org.sallyport.itests.kernel.kit.Program;
import org.sallyport.itests.kernel.kit.Protocol;

/**
 * Programs that send once and are gone before anybody can look for them, several at a time, an
 * allowed and a denied one in turns, datagrams from the same port to the same address. More of
 * them: {@code -Dsallyport.burst.count=100000}.
 */
class ShortLivedKernelIT {

  private static final int COUNT = Integer.getInteger("sallyport.burst.count", 800);
  private static final int ROWS = 4;
  private static final int COLLECTED = 21_000;

  private static Lab lab;
  private static Collector collector;

  @BeforeAll
  static void start() {
    lab = Lab.enforcing();
    collector = new Collector(lab, COLLECTED);
    lab.awaitTap();
  }

  @AfterAll
  static void stop() {
    collector.close();
    lab.close();
  }

  @AfterEach
  void removeRules() {
    lab.client().must("default", "out", "allow");
    lab.client().clear();
  }

  private static JsonNode attribution() {
    return lab.client().json("status").get("attribution");
  }

  private static long unknown() {
    return attribution().get("unknown").asLong();
  }

  private static void allowOnlyAllowed() {
    lab.client().rule("allow", "out", "process.exe=" + lab.executable("allowed"));
    lab.client().must("default", "out", "deny");
  }

  private static void awaitCount(String says, long wanted) {
    Await.until(
        wanted + " datagrams that say " + says + ", as there are " + collector.count(says),
        Duration.ofSeconds(20),
        () -> collector.count(says) >= wanted);
    assertThat(collector.count(says)).isEqualTo(wanted);
  }

  @ParameterizedTest
  @EnumSource(
      value = Kind.class,
      names = {"UDP", "CONNECTED_UDP"})
  void shouldLetAllDatagramsOfTheAllowedProgramPassAndNoneOfTheOther(Kind kind) {
    allowOnlyAllowed();
    long allowed = collector.count("program 0");
    long denied = collector.count("program 1");
    long unknown = unknown();

    new Burst(kind, COLLECTED, COUNT, ROWS, Burst.OWN).run(lab, "allowed", "denied");

    awaitCount("program 0", allowed + COUNT / 2);
    assertThat(collector.count("program 1")).isEqualTo(denied);
    assertThat(unknown()).as("whose sender was not found").isEqualTo(unknown);
    assertThat(attribution().get("source").asText()).isEqualTo("bpf");
  }

  /** Nothing in the packets tells them apart: only the order in which they were sent does. */
  @Test
  void shouldTellApartWhatLooksTheSame() {
    allowOnlyAllowed();
    Await.until(
        "no packet can have passed uncounted lately",
        Duration.ofSeconds(20),
        () -> !attribution().get("figures").asText().contains("not told apart"));

    new Burst(Kind.UDP, COLLECTED, COUNT, ROWS, "same").run(lab, "allowed", "denied");

    awaitCount("same", COUNT / 2);
  }

  @Test
  void shouldLetOnlyTheAllowedProgramsConnectionsBegin() {
    allowOnlyAllowed();
    int port = lab.server().freshPort();
    long unknown = unknown();

    new Burst(Kind.TCP, port, COUNT, ROWS, Burst.OWN).run(lab, "allowed", "denied");

    lab.server().settledArrivals(Protocol.TCP, Family.V4, port);
    assertThat(lab.server().begun(Family.V4, port)).isEqualTo(COUNT / 2);
    assertThat(unknown()).isEqualTo(unknown);
  }

  /** The number of a process says nothing: the allowed one before had the same. */
  @Test
  void shouldNotTakeAProgramForTheOneThatHadItsNumber() {
    allowOnlyAllowed();
    int count = Math.min(COUNT, 800);
    long allowed = collector.count("program 0");
    long denied = collector.count("program 1");

    int same =
        new Burst(Kind.SAME_PID, COLLECTED, count, 1, Burst.OWN).run(lab, "allowed", "denied");

    assertThat(same).as("had the number of the first").isGreaterThan(count / 4);
    awaitCount("program 0", allowed + count / 2);
    assertThat(collector.count("program 1")).isEqualTo(denied);
    assertThat(attribution().get("source").asText()).isEqualTo("bpf");
  }

  /** What the allowed one connected, the denied one sends; nobody may be granted for the other. */
  @ParameterizedTest
  @EnumSource(
      value = Kind.class,
      names = {"HANDED_ON", "HANDED_BACK"})
  void shouldGrantNothingToWhomASocketWasHandedOn(Kind kind) {
    allowOnlyAllowed();
    long before = collector.count("handed");

    new Burst(kind, COLLECTED, Math.min(COUNT, 400), ROWS, "handed").run(lab, "allowed", "denied");

    assertThat(collector.count("handed")).isEqualTo(before);
    assertThat(attribution().get("figures").asText()).doesNotContain(", 0 not agreeing");
  }

  /** Its socket was made, connected and used by root. */
  @Test
  void shouldNotTakeAProgramForTheUserItWasBefore() {
    lab.client().rule("allow", "out", "process.user=0");
    lab.client().must("default", "out", "deny");
    try (Program program = lab.program("falls")) {
      assertThat(program.udp(Family.V4, lab.server().freshPort()).word()).isEqualTo("echo");
      assertThat(program.as(1201, 1201).patientForMs(500).again().word()).isNotEqualTo("echo");
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Kind.class,
      names = {"UDP", "CONNECTED_UDP", "TCP"})
  void shouldLetNothingOfADeniedProgramPass(Kind kind) {
    lab.client().rule("deny", "out", "process.exe=" + lab.executable("denied"));
    int port = lab.server().freshPort();

    new Burst(kind, port, COUNT / 2, ROWS, Burst.OWN).run(lab, "denied");

    Protocol protocol = kind == Kind.TCP ? Protocol.TCP : Protocol.UDP;
    assertThat(lab.server().settledArrivals(protocol, Family.V4, port)).isZero();
  }
}
