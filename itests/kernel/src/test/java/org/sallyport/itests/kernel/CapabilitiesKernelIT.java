// SPDX-License-Identifier: Apache-2.0
package org.sallyport.itests.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sallyport.itests.kernel.kit.Await;
import org.sallyport.itests.kernel.kit.Family;
import org.sallyport.itests.kernel.kit.Lab;
import org.sallyport.itests.kernel.kit.Program;

/** What each step of attribution needs, as docs/capabilities.md says, is enough for it. */
class CapabilitiesKernelIT {

  private final Lab lab = new Lab();

  @AfterEach
  void stop() {
    lab.close();
  }

  private JsonNode attribution() {
    return lab.client().json("status").get("attribution");
  }

  private String effective() throws IOException {
    return Files.readAllLines(Path.of("/proc/" + lab.daemon().pid() + "/status")).stream()
        .filter(line -> line.startsWith("CapEff:"))
        .map(line -> line.replaceAll("\\W", " ").trim().split(" +")[1])
        .findFirst()
        .orElseThrow(AssertionError::new);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          bpf      | net_admin,net_raw,sys_ptrace,dac_read_search,cap_38,cap_39
          sockdiag | net_admin,net_raw,sys_ptrace,dac_read_search
          procfs   | net_admin,net_raw,sys_ptrace,dac_read_search
          """)
  void shouldBeEnoughForTheStep(String step, String capabilities) {
    lab.daemon().withCapabilities(capabilities).start();
    lab.client().must("mode", "enforce");
    lab.client().must("default", "out", "deny");
    if (step.equals("procfs")) {
      lab.client().must("attribution-use", step);
    }
    Await.until(
        step + " is used and ready",
        Duration.ofSeconds(20),
        () ->
            attribution().get("source").asText().equals(step)
                && (!step.equals("bpf")
                    || attribution().get("figures").asText().endsWith("sockets")));
    lab.client().rule("allow", "out", "process.exe=" + lab.executable("allowed"));
    try (Program allowed = lab.program("allowed").as(1201, 1201);
        Program denied = lab.program("denied").as(1201, 1201)) {
      int port = lab.server().freshPort();
      assertThat(allowed.tcp(Family.V4, port).word()).isEqualTo("connected");
      assertThat(allowed.udp(Family.V6, port).word()).isEqualTo("echo");
      assertThat(denied.patientForMs(300).tcp(Family.V4, port).word()).isNotEqualTo("connected");
    }
  }

  @Test
  void shouldSayWhichCapabilityABetterStepLacks() {
    lab.daemon().withCapabilities("net_admin,net_raw,sys_ptrace,dac_read_search").start();
    String reason =
        StreamSupport.stream(attribution().get("sources").spliterator(), false)
            .filter(source -> source.get("name").asText().equals("bpf"))
            .map(source -> source.get("reason").asText())
            .findFirst()
            .orElse("");
    assertThat(reason).contains("EPERM").contains("CAP_BPF");
  }

  /** No raw access to devices, no clock, no reboot, no other roots, and nothing gets them back. */
  @Test
  void shouldKeepOnlyWhatItsPartsNeed() throws IOException {
    lab.daemon().start();
    assertThat(effective()).isEqualTo("000000c000a930ef");
  }
}
