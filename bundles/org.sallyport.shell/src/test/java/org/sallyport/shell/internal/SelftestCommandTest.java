// SPDX-License-Identifier: Apache-2.0
package org.sallyport.shell.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The command hands everything on to the launcher and back. */
@Timeout(60)
class SelftestCommandTest {

  private final Console console = new Console();

  @TempDir private Path home;

  private SelftestCommand launcherThat(String does) throws Exception {
    Path bin = Files.createDirectories(home.resolve("bin"));
    Path launcher = bin.resolve("sallyport");
    Files.writeString(launcher, "#!/bin/sh\n" + does + "\n");
    Files.setPosixFilePermissions(launcher, PosixFilePermissions.fromString("rwxr-xr-x"));
    return new SelftestCommand(home);
  }

  @Test
  void shouldHandOnOptionsAndOutputAndStatus() throws Exception {
    SelftestCommand command = launcherThat("echo \"$@\"; echo slow >&2; exit 1");
    int status =
        console.run(
            command,
            "--kind",
            "udp",
            "--count=3",
            "--rows=2",
            "--kind",
            "tcp",
            "--json",
            "--source",
            "procfs");
    assertThat(status).isEqualTo(1);
    assertThat(console.out())
        .isEqualTo("selftest --source=procfs --count=3 --rows=2 --kind=udp --kind=tcp --json\n");
    assertThat(console.err()).isEqualTo("slow\n");
  }

  @Test
  void shouldGiveItNothingOfTheDaemons() throws Exception {
    assertThat(console.run(launcherThat("env | cut -d= -f1 | sort | tr '\\n' ' '; cat"))).isZero();
    assertThat(console.out()).isEqualTo("JAVA_HOME LC_ALL PATH PWD ");
  }

  @Test
  void shouldSayThatTheDistributionIsNotWhole() {
    assertThat(console.run(new SelftestCommand(home.resolve("nowhere")))).isEqualTo(1);
    assertThat(console.err()).startsWith("sallyport: ").contains("cannot be started");
  }

  @Test
  void shouldRefuseArgumentsAndUnknownOptions() throws Exception {
    SelftestCommand command = launcherThat("echo started");
    assertThat(console.run(command, "udp")).isEqualTo(2);
    assertThat(console.run(new SelftestCommand(home), "--colour")).isEqualTo(2);
    assertThat(console.out()).isEmpty();
  }

  /** It prints without end, and cleans up when told to end: also then somebody must read. */
  @Test
  void shouldEndItWhenTheCallerGoes() throws Exception {
    Path cleaned = home.resolve("cleaned");
    SelftestCommand command =
        launcherThat(
            "trap 'seq 100000; touch "
                + cleaned
                + "; exit 0' TERM; touch "
                + home.resolve("runs")
                + "; while :; do echo x; done");
    CompletableFuture<Integer> status = new CompletableFuture<>();
    Thread caller = new Thread(() -> status.complete(console.run(command)));
    caller.start();
    await(home.resolve("runs"));
    caller.interrupt();
    assertThat(status.get(30, TimeUnit.SECONDS)).isEqualTo(1);
    await(cleaned);
  }

  private static void await(Path file) {
    long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (!Files.exists(file) && System.nanoTime() - end < 0) {
      Thread.onSpinWait();
    }
    assertThat(file).exists();
  }
}
