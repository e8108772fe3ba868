// SPDX-License-Identifier: Apache-2.0
package org.sallyport.itests.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.sallyport.itests.kernel.kit.Await;
import org.sallyport.itests.kernel.kit.Command;
import org.sallyport.itests.kernel.kit.Family;
import org.sallyport.itests.kernel.kit.Lab;
import org.sallyport.itests.kernel.kit.Program;

/** A host whose iptables does not know the match that leads packets to the tap, for a while. */
class RefusedTapKernelIT {

  /** Where Debian and others have the extensions of iptables. */
  private static final List<String> EXTENSIONS = List.of("/usr/lib", "/usr/lib64", "/lib");

  private static final String TAP = "--object-pinned";

  /** It is tried again after a minute, and if that comes too early, two minutes later. */
  private static final Duration NEXT_TRY = Duration.ofSeconds(200);

  private Lab lab;
  private String extension;

  @BeforeEach
  void start() {
    lab = new Lab();
    extension =
        Command.of(find()).must().out().lines().findFirst().orElseThrow(AssertionError::new);
    lab.daemon()
        .startedBy(
            List.of(
                "unshare",
                "--mount",
                "--propagation",
                "private",
                "sh",
                "-c",
                "mount --bind /dev/null " + extension + " && exec \"$@\"",
                "sh"));
    lab.daemon().start();
    lab.client().must("mode", "enforce");
  }

  private static String[] find() {
    String folders = String.join(" ", EXTENSIONS);
    return new String[] {
      "sh", "-c", "find " + folders + " -path '*/xtables/libxt_bpf.so' 2>/dev/null | head -n 1"
    };
  }

  @AfterEach
  void stop() {
    lab.close();
  }

  private JsonNode backend() {
    return lab.client().json("backends").get(0);
  }

  private void iptablesKnowsTheMatchAgain() {
    String pid = Long.toString(lab.daemon().pid());
    Command.of("nsenter", "--mount=/proc/" + pid + "/ns/mnt", "umount", extension).must();
  }

  @Test
  void shouldSayThatTheTapIsRefusedDoWithoutAndTryAgainByItself() {
    Await.until(
        "the tap is refused",
        Duration.ofSeconds(20),
        () -> backend().get("problems").toString().contains("tap in front of the queue"));
    assertThat(backend().get("problems").toString()).contains("are refused");
    assertThat(backend().get("active").asBoolean()).as("it enforces all the same").isTrue();
    assertThat(rules()).doesNotContain(TAP);
    assertThat(lab.client().json("status").at("/attribution/source").asText()).isEqualTo("bpf");
    lab.client().rule("allow", "out", "process.exe=" + lab.executable("allowed"));
    lab.client().must("default", "out", "deny");
    try (Program allowed = lab.program("allowed");
        Program other = lab.program("other").patientForMs(500)) {
      assertThat(allowed.tcp(Family.V4, lab.server().freshPort()).word()).isEqualTo("connected");
      assertThat(other.tcp(Family.V4, lab.server().freshPort()).word()).isEqualTo("timeout");

      iptablesKnowsTheMatchAgain();
      Await.until("the tap stands", NEXT_TRY, () -> rules().contains(TAP));
      Await.until(
          "nothing is wrong any more",
          Duration.ofSeconds(10),
          () -> backend().get("healthy").asBoolean());

      assertThat(allowed.again().word()).isEqualTo("echo");
      assertThat(allowed.tcp(Family.V4, lab.server().freshPort()).word()).isEqualTo("connected");
    }
  }

  @Test
  void shouldTryAgainAtOnceWhereTheSourceIsChosenByHand() {
    Await.until(
        "the tap is refused",
        Duration.ofSeconds(20),
        () -> backend().get("problems").toString().contains("are refused"));
    iptablesKnowsTheMatchAgain();

    lab.client().must("attribution-use", "sockdiag");
    assertThat(backend().get("problems").toString()).isEqualTo("[]");
    lab.client().must("attribution-use", "bpf");

    assertThat(rules()).contains(TAP);
    assertThat(backend().get("healthy").asBoolean()).isTrue();
  }

  private String rules() {
    return Command.of("iptables-save", "-t", "filter").in(lab.namespaces().host()).must().out();
  }
}
