// SPDX-License-Identifier: Apache-2.0
package org.sallyport.itests.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.sallyport.itests.kernel.kit.Await;
import org.sallyport.itests.kernel.kit.Command;
import org.sallyport.itests.kernel.kit.Family;
import org.sallyport.itests.kernel.kit.Lab;
import org.sallyport.itests.kernel.kit.Program;

/** What a daemon that was killed leaves of its BPF programs, and what the next one makes of it. */
class KilledProgramsKernelIT {

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private Lab lab;

  @BeforeEach
  void start() {
    lab = Lab.enforcing();
    lab.awaitTap();
  }

  @AfterEach
  void stop() {
    lab.close();
  }

  /** The daemon's own programs, by the kernel's number. */
  private Set<String> programsOfDaemon() throws IOException {
    Set<String> ids = new TreeSet<>();
    Path descriptors = Path.of("/proc/" + lab.daemon().pid() + "/fdinfo");
    try (DirectoryStream<Path> files = Files.newDirectoryStream(descriptors)) {
      for (Path file : files) {
        Files.readAllLines(file).stream()
            .filter(line -> line.startsWith("prog_id:"))
            .forEach(line -> ids.add(line.substring("prog_id:".length()).trim()));
      }
    }
    return ids;
  }

  private static List<String> names(Set<String> ids) {
    List<String> command = new ArrayList<>(List.of("perl", "src/test/resources/programs.pl"));
    command.addAll(ids);
    return Command.of(command.toArray(new String[0])).must().out().lines().sorted().toList();
  }

  /** Only what the rules name stays, which has no say, or whose word ends after five seconds. */
  @Test
  void shouldLeaveNothingAttachedAndClearAwayWhatWasPinned() throws IOException {
    Set<String> ids = programsOfDaemon();
    assertThat(names(ids))
        .contains("sp_create", "sp_connect4", "sp_send6", "sp_release", "sp_exec")
        .contains("sallyport_tap", "sallyport_proof");

    lab.daemon().kill();

    List<String> pinned = List.of("sallyport_proof", "sallyport_tap");
    Await.until("only what is pinned is left", PATIENCE, () -> names(ids).equals(pinned));

    lab.daemon().start();
    lab.awaitTap();
    Await.until("nothing of the first daemon is left", PATIENCE, () -> names(ids).isEmpty());
    lab.client().must("default", "out", "deny");
    lab.client().rule("allow", "out", "process.exe=" + lab.executable("allowed"));
    try (Program program = lab.program("allowed")) {
      assertThat(program.udp(Family.V4, lab.server().freshPort()).word()).isEqualTo("echo");
    }
  }
}
