// SPDX-License-Identifier: Apache-2.0
package org.sallyport.assembly;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the launcher does without ever starting Java. */
class LauncherIT {
  private static final int NOBODY = 65534;

  @TempDir Path folder;
  private Launcher launcher;

  @BeforeEach
  void requireRoot() throws IOException {
    assertThat(Files.getAttribute(folder, "unix:uid"))
        .as("the launcher is tested by root")
        .isEqualTo(0);
    launcher = new Launcher(folder);
  }

  @Test
  void shouldTellVersionAndUsageWithoutDaemon() throws Exception {
    assertThat(launcher.run("version").out()).matches("sallyport \\S+ \\(build [0-9a-f]{16}\\)\n");
    assertThat(launcher.run("help").out()).startsWith("Usage: sallyport");
    assertThat(launcher.run("help").status()).isZero();
  }

  @Test
  void shouldCallMissingWordAndSurplusArgumentWrongUsage() throws Exception {
    assertThat(launcher.run().status()).isEqualTo(2);
    assertThat(launcher.run("daemon", "now").status()).isEqualTo(2);
  }

  @Test
  void shouldRefusePathsThatAreNotPlain() throws Exception {
    launcher.state = Path.of("state");
    assertRefused("SALLYPORT_STATE must be an absolute path");
    launcher.state = folder.resolve("a/../b");
    assertRefused("must not contain . or .. as a part");
    launcher.state = folder.resolve("${karaf.home}");
    assertRefused("SALLYPORT_STATE may contain letters");
  }

  @Test
  void shouldRefuseFoldersThatOthersControl() throws Exception {
    Files.createDirectory(launcher.run);
    permit(launcher.run, "rwxrwx---");
    assertRefused("SALLYPORT_RUN must not be writable by group or others");
    permit(launcher.run, "rwxr-x---");
    Files.setAttribute(launcher.run, "unix:uid", NOBODY);
    assertRefused("SALLYPORT_RUN must belong to root");
    Files.delete(launcher.run);
    Files.createSymbolicLink(launcher.run, folder);
    assertRefused("SALLYPORT_RUN must not be a link");
  }

  @Test
  void shouldRefuseFoldersBelowFoldersThatOthersControl() throws Exception {
    Path above = Files.createDirectory(folder.resolve("above"));
    launcher.etc = above.resolve("etc");
    permit(above, "rwxrwxr-x");
    assertRefused("others may write to the folder " + above);
    permit(above, "rwxr-xr-x");
    Files.setAttribute(above, "unix:uid", NOBODY);
    assertRefused("the folder " + above + " above it does not belong to root");
  }

  @Test
  void shouldRefuseLinkAboveThatDoesNotBelongToRoot() throws Exception {
    Path link =
        Files.createSymbolicLink(
            folder.resolve("link"), Files.createDirectory(folder.resolve("real")));
    Files.setAttribute(link, "unix:uid", NOBODY, LinkOption.NOFOLLOW_LINKS);
    launcher.etc = link.resolve("etc");
    assertRefused("does not belong to root");
  }

  @Test
  void shouldRefuseWhenArmedIsNeitherYesNorNo() throws Exception {
    Process process =
        new ProcessBuilder(
                "env",
                "SALLYPORT_ARM=maybe",
                Launcher.HOME.resolve("bin/sallyport").toString(),
                "daemon")
            .redirectErrorStream(true)
            .start();
    assertThat(new String(process.getInputStream().readAllBytes(), UTF_8))
        .isEqualTo("sallyport: SALLYPORT_ARM must be yes or no, found: maybe\n");
    assertThat(process.waitFor()).isEqualTo(2);
  }

  private void assertRefused(String reason) throws Exception {
    Launcher.Result result = launcher.run("daemon");
    assertThat(result.err()).startsWith("sallyport: ").contains(reason).hasLineCount(1);
    assertThat(result.out()).isEmpty();
    assertThat(result.status()).isEqualTo(1);
    assertThat(launcher.bases()).isEmpty();
  }

  private static void permit(Path path, String mode) throws IOException {
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
  }
}
