// SPDX-License-Identifier: Apache-2.0
package org.sallyport.assembly;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DaemonIT {
  private static final int STOP_TIMEOUT_S = 5;

  @TempDir Path folder;
  private final List<Process> daemons = new ArrayList<>();

  @AfterEach
  void killWhatIsLeft() {
    daemons.forEach(Process::destroyForcibly);
  }

  @Test
  void shouldRunSideBySideFromOneDistributionWithoutAnyListener() throws Exception {
    Launcher first = new Launcher(Files.createDirectory(folder.resolve("first")));
    Launcher second = new Launcher(Files.createDirectory(folder.resolve("second")));
    Process one = keep(first.startDaemon("one"));
    Process two = keep(second.startDaemon("two"));

    assertThat(listenersSeenBy(one)).isEmpty();
    assertThat(listenersSeenBy(two)).isEmpty();
    assertThat(first.out("one")).isIn("", "sallyport: ready\n");
    assertThat(mode(first.etc)).isEqualTo("rwxr-xr-x");
    assertThat(mode(first.state)).isEqualTo("rwx------");
    assertThat(mode(first.run)).isEqualTo("rwxr-x---");
    assertStopsInOrder(one);
    assertStopsInOrder(two);
  }

  @Test
  void shouldExcludeSecondDaemonWithTheSameState() throws Exception {
    Launcher launcher = new Launcher(folder);
    keep(launcher.startDaemon("first"));

    Launcher.Result second = launcher.run("daemon");

    assertThat(second.status()).isEqualTo(1);
    assertThat(second.err())
        .isEqualTo("sallyport: another daemon runs with the state folder " + launcher.state + "\n");
  }

  @Test
  void shouldLeaveOlderBuildsBehindAndRepairHalfWrittenData() throws Exception {
    Launcher launcher = new Launcher(folder);
    Files.createDirectories(launcher.state.resolve("karaf/0123456789abcdef/data"));
    assertStopsInOrder(keep(launcher.startDaemon("first")));
    assertThat(launcher.bases()).hasSize(1);
    Path base = launcher.bases().get(0);
    Path halfWritten = base.resolve("data/cache/bundle1/bundle.info");
    Files.writeString(halfWritten, "");
    Files.writeString(base.resolve("boot"), "another boot of the machine\n");
    Path instance = base.resolve("instances/instance.properties");
    Files.writeString(instance, Files.readString(instance).replace("pid = 0", "pid = 1"));

    assertStopsInOrder(keep(launcher.startDaemon("second")));

    assertThat(halfWritten).isNotEmptyFile();
  }

  private Process keep(Process daemon) {
    daemons.add(daemon);
    return daemon;
  }

  private static void assertStopsInOrder(Process daemon) throws InterruptedException {
    daemon.destroy();
    assertThat(daemon.waitFor(STOP_TIMEOUT_S, TimeUnit.SECONDS)).as("stops in time").isTrue();
    assertThat(daemon.exitValue()).isZero();
  }

  private static String listenersSeenBy(Process daemon) throws Exception {
    Process ss =
        new ProcessBuilder("nsenter", "--net=/proc/" + daemon.pid() + "/ns/net", "ss", "-Hltun")
            .redirectErrorStream(true)
            .start();
    String sockets = new String(ss.getInputStream().readAllBytes(), UTF_8);
    assertThat(ss.waitFor()).isZero();
    return sockets;
  }

  private static String mode(Path path) throws Exception {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }
}
