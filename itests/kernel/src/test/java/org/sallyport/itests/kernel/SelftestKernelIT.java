// SPDX-License-Identifier: Apache-2.0
package org.sallyport.itests.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sallyport.itests.kernel.kit.Client;
import org.sallyport.itests.kernel.kit.Command;
import org.sallyport.itests.kernel.kit.Lab;
import org.sallyport.itests.kernel.kit.Selftest;
import org.sallyport.itests.kernel.kit.SelftestReport;

/** The self-test of attribution on this kernel: what it finds, that it can fail, what it leaves. */
class SelftestKernelIT {

  /** What a kernel may have been built without. */
  private static final Set<String> MAY_BE_LACKING =
      Set.of("sctp", "udplite", "uring", "uring-async", "uring-poll", "uring-tcp");

  private static final int COUNT = Integer.getInteger("sallyport.selftest.count", 12);

  private static void assertNothingLeft(Selftest selftest) {
    assertThat(selftest.leftovers()).isEmpty();
  }

  @Test
  void shouldNameTheSenderOfEveryKindThatTheBestStepPromises() {
    try (Selftest selftest = new Selftest("--count", Integer.toString(COUNT))) {
      int status = selftest.status();
      SelftestReport report = selftest.report();
      report.assertNothingWrong().assertWhole(COUNT, MAY_BE_LACKING);
      assertThat(status).as(selftest.news()).isZero();
      assertThat(Path.of("/sys/fs/bpf/sallyport", report.json().get("namespace").asText()))
          .doesNotExist();
      assertNothingLeft(selftest);
    }
  }

  /** Several programs at a time, with more flows than the kinds whose programs stay may have. */
  @Test
  void shouldNameTheSenderWhateverElseIsSentMeanwhile() {
    try (Selftest selftest =
        new Selftest("--count=500", "--rows=4", "--kind=udp-turns", "--kind=in-nobody")) {
      assertThat(selftest.status()).as(selftest.news()).isZero();
      SelftestReport report = selftest.report().assertNothingWrong();
      assertThat(report.kind("udp-turns").get("attributed").asInt()).isEqualTo(500);
      assertThat(report.kind("in-nobody").get("made").asInt()).isEqualTo(400);
      assertThat(selftest.news()).contains("in-nobody: 400 instead of 500");
    }
  }

  /** Who sent what passed is known where all addresses differ; nobody is taken for another. */
  @Test
  void shouldTakeNobodyForAnotherWhileAQueueOverflows() {
    String[] options =
        "--count 120 --rows 4 --patience 5 --kind overflow --kind overflow-turns --kind overflow-records"
            .split(" ");
    try (Selftest selftest = new Selftest(options)) {
      assertThat(selftest.status()).as(selftest.news()).isZero();
      SelftestReport report = selftest.report().assertNothingWrong();
      assertThat(report.kinds()).hasSize(3);
      for (JsonNode kind : report.kinds()) {
        assertThat(kind.get("made").asInt()).isEqualTo(120);
        assertThat(kind.get("dropped").asInt()).as(kind.toString()).isGreaterThanOrEqualTo(36);
      }
      JsonNode apart = report.kind("overflow");
      assertThat(apart.get("attributed").asInt() + apart.get("dropped").asInt()).isEqualTo(120);
      assertThat(apart.get("attributed").asInt()).isGreaterThanOrEqualTo(48);
    }
  }

  /** Below bpf only programs that stay can be found; nobody may be taken for another. */
  @Test
  void shouldKeepThePromisesOfALowerStep() {
    String[] options =
        "--source sockdiag --kind udp --kind udp-turns --kind udp-living --kind tcp-living --kind older-tcp --kind in-tcp --kind forward"
            .split(" ");
    try (Selftest selftest = new Selftest(options)) {
      int status = selftest.status();
      SelftestReport report = selftest.report().assertNothingWrong();
      assertThat(status).as(selftest.news()).isZero();
      assertThat(report.json().get("source").asText()).isEqualTo("sockdiag");
      assertThat(report.promised()).hasSize(5);
    }
  }

  /** Who holds a socket is not taken for who sent by it and is gone. */
  @Test
  void shouldNameNobodyOnALowerStepWhoDidNotSendByTheSocketItHolds() {
    String[] options =
        "--source sockdiag --count 60 --kind forked --kind forked-connected --kind passed --kind passed-connected --kind activated --kind exec-connected"
            .split(" ");
    try (Selftest selftest = new Selftest(options)) {
      assertThat(selftest.status()).as(selftest.news()).isZero();
      selftest.report().assertNothingWrong();
    }
  }

  /** Each fact that is compared is false for one of the flows. */
  @ParameterizedTest
  @CsvSource({"udp, tcp, 1, 8", "udp, tcp, 4, 40", "udp-turns, udp, 4, 40"})
  void shouldSayWhatIsWrongAndEndWith1(String kind, String other, String rows, int count) {
    try (Selftest selftest =
        new Selftest(
            "--count=" + count,
            "--rows=" + rows,
            "--patience=5",
            "--kind=" + kind,
            "--kind=" + other,
            "--falsify=" + kind)) {
      assertThat(selftest.status()).isEqualTo(1);
      SelftestReport report = selftest.report();
      assertThat(report.json().get("ok").asBoolean()).isFalse();
      JsonNode falsified = report.kind(kind);
      assertThat(falsified.get("result").asText()).isEqualTo("wrong");
      assertThat(falsified.get("wrong").asInt()).isEqualTo(7);
      assertThat(falsified.get("attributed").asInt()).isEqualTo(count - 7);
      assertThat(falsified.get("sentences"))
          .extracting(sentence -> sentence.asText().replaceAll("^\\S+ \\S+ (\\w+) is .*", "$1"))
          .containsExactlyInAnyOrder(
              "pid", "startTicks", "parent", "uid", "gid", "processUid", "file");
      assertThat(report.kind(other).get("result").asText()).isEqualTo("ok");
    }
  }

  /** What arrived is held against what was told, and so is who was named and refused. */
  @Test
  void shouldSayWhatIsWrongWhileAQueueOverflows() {
    String[] options =
        "--count 40 --rows 4 --patience 5 --kind overflow --falsify overflow".split(" ");
    try (Selftest selftest = new Selftest(options)) {
      assertThat(selftest.status()).isEqualTo(1);
      assertThat(selftest.report().kind("overflow").get("wrong").asInt()).isEqualTo(7);
    }
  }

  @Test
  void shouldLeaveNothingBehindWhenItIsEnded() {
    try (Selftest selftest = new Selftest("--kind=udp-living", "--kind=syn-again")) {
      selftest.awaitNews("syn-again");
      assertThat(selftest.terminate()).isEqualTo(1);
      assertThat(selftest.news()).contains("\"message\":\"ended by SIGTERM\"");
      assertNothingLeft(selftest);
    }
  }

  @Test
  void shouldSay2ForWrongUsage() {
    String launcher = Path.of(System.getProperty("sallyport.assembly"), "bin/sallyport").toString();
    assertThat(Command.of(launcher, "selftest", "--colour").run().status()).isEqualTo(2);
    assertThat(Command.of(launcher, "selftest", "--count", "0").run().status()).isEqualTo(2);
    assertThat(Command.of(launcher, "selftest", "--rows", "17").run().status()).isEqualTo(2);
    assertThat(Command.of(launcher, "selftest", "udp").run().status()).isEqualTo(2);
    Command.Result result = Command.of(launcher, "--json", "selftest", "--kind=nix").run();
    assertThat(result.status()).isEqualTo(2);
    assertThat(Client.parse(result.err()).get("error").get("message").asText())
        .isEqualTo("there is no kind 'nix' (see --list)");
    assertThat(Command.of(launcher, "help", "selftest").must().out())
        .isEqualTo(Command.of(launcher, "selftest", "--help").must().out());
  }

  /** As the console has it: the daemon starts it for its client. */
  @Test
  void shouldRunFromTheConsole() {
    String console =
        Path.of(System.getProperty("sallyport.assembly"), "bin/sallyport") + " console";
    try (Lab lab = new Lab()) {
      lab.daemon().start();
      String said =
          Command.of("script", "-qec", console, "/dev/null")
              .with(lab.daemon().environment())
              .reading("fw:selftest --list\rfw:selftest --count nix\rexit\r")
              .run()
              .out();
      assertThat(said).contains("connected UDP, gone at once");
      assertThat(said).contains("count is a number from 1 to 100000, not 'nix'");
    }
  }
}
