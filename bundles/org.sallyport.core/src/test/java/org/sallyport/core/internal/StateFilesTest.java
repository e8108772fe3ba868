// SPDX-License-Identifier: Apache-2.0
package org.sallyport.core.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sallyport.core.internal.settings.SettingsFiles;

@Timeout(60)
class StateFilesTest {

  @TempDir Path folder;
  @TempDir Path etc;

  private Path file() {
    return folder.resolve("settings.yaml");
  }

  private static Path owned(Path file, String text) throws IOException {
    Files.writeString(file, text);
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
  }

  @Test
  void shouldHoldTheOldContentAfterAnEndAtAnyByteOfTheNew() throws Exception {
    StateFiles.write(file(), "old");
    String fresh = "the new content\n";
    Path unfinished = folder.resolve(".settings.yaml.new");
    for (int bytes = 0; bytes <= fresh.length(); bytes++) {
      Files.writeString(unfinished, fresh.substring(0, bytes));

      assertThat(StateFiles.read(file())).contains("old");
    }

    StateFiles.removeLeftovers(folder);
    assertThat(unfinished).doesNotExist();
    StateFiles.write(file(), fresh);
    assertThat(StateFiles.read(file())).contains(fresh);
    assertThat(unfinished).doesNotExist();
  }

  @Test
  void shouldLeaveFilesOfOthersAloneWhenClearing() throws Exception {
    owned(folder.resolve(".bashrc"), "");
    owned(folder.resolve("some.new"), "");
    Files.createDirectory(folder.resolve(".folder.new"));

    StateFiles.removeLeftovers(folder);

    assertThat(folder).isDirectoryContaining("glob:**/.bashrc");
    assertThat(folder).isDirectoryContaining("glob:**/some.new");
    assertThat(folder).isDirectoryContaining("glob:**/.folder.new");
    StateFiles.removeLeftovers(folder.resolve("not-there"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"folder", "fifo", "link", "writable", "stranger", "binary", "huge"})
  void shouldNameAFileThatIsNoneOfOursAndNeverWaitForIt(String kind) throws Exception {
    damage(file(), kind);

    assertThatThrownBy(() -> StateFiles.read(file()))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith(file() + " ")
        .hasMessageNotContaining("Exception");
  }

  /** Another owner can only be given by root; for others it is another kind of damage. */
  private void damage(Path file, String kind) throws Exception {
    switch (kind) {
      case "folder" -> Files.createDirectory(file);
      case "fifo" ->
          assertThat(new ProcessBuilder("mkfifo", file.toString()).start().waitFor()).isZero();
      case "link" -> Files.createSymbolicLink(file, owned(etc.resolve("real"), "mode: enforce\n"));
      case "writable" ->
          Files.setPosixFilePermissions(
              owned(file, "mode: enforce\n"), PosixFilePermissions.fromString("rw-rw-rw-"));
      case "stranger" -> stranger(owned(file, "mode: enforce\n"));
      case "binary" -> Files.write(owned(file, ""), new byte[] {'a', (byte) 0xff, 0, 1});
      case "huge" -> {
        try (RandomAccessFile sparse = new RandomAccessFile(owned(file, "").toFile(), "rw")) {
          sparse.setLength(StateFiles.MAX_BYTES + 1L);
        }
      }
      default -> throw new IllegalArgumentException(kind);
    }
  }

  private static void stranger(Path file) throws IOException {
    if ((Integer) Files.getAttribute(file, "unix:uid") == 0) {
      Files.setAttribute(file, "unix:uid", 12345);
    } else {
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-rw-"));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "garbage",
        "truncated",
        "folder",
        "fifo",
        "link",
        "writable",
        "stranger",
        "binary"
      })
  void shouldGoOnWithTheCopyOfSettingsThatAreDamaged(String kind) throws Exception {
    SettingsFiles before = SettingsFiles.load(etc, folder, new StartRepairs());
    before.put("mode", "enforce");
    before.put("default.out", "deny");
    Files.delete(file());
    switch (kind) {
      case "garbage" -> owned(file(), "]:[");
      case "truncated" -> owned(file(), "mode: enf");
      default -> damage(file(), kind);
    }

    StartRepairs repairs = new StartRepairs();
    SettingsFiles later = SettingsFiles.load(etc, folder, repairs);

    assertThat(later.overrides()).isEqualTo(before.overrides());
    assertThat(repairs.problems()).singleElement().asString().contains(file().toString());
    assertThat(Files.exists(folder.resolve("settings.yaml.damaged"))).isTrue();
    assertThat(SettingsFiles.load(etc, folder, new StartRepairs()).overrides())
        .isEqualTo(before.overrides());
  }

  @Test
  void shouldNotStartOpenWhereSettingsAndTheirCopyAreDamaged() throws Exception {
    SettingsFiles.load(etc, folder, new StartRepairs()).put("mode", "enforce");
    owned(file(), "]:[");
    owned(folder.resolve("settings.copy.yaml"), "]:[");

    assertThatThrownBy(() -> SettingsFiles.load(etc, folder, new StartRepairs()))
        .isInstanceOf(IOException.class);
  }

  @Test
  void shouldStartWithoutStateThatCanBeMadeAgainAndSayWhatWasDamaged() throws Exception {
    owned(folder.resolve("counters"), "");
    Files.write(folder.resolve("counters"), new byte[] {(byte) 0xfe});
    Files.createDirectory(folder.resolve("last-good.yaml"));
    assertThat(
            new ProcessBuilder("mkfifo", folder.resolve("generation").toString())
                .start()
                .waitFor(20, TimeUnit.SECONDS))
        .isTrue();
    owned(folder.resolve(".counters.new"), "half");

    Firewall firewall = new Firewall(new Parts(), new Folders(etc, folder), false);

    assertThat(firewall.state().problems())
        .hasSize(3)
        .anySatisfy(problem -> assertThat(problem).contains(folder + "/counters"))
        .anySatisfy(problem -> assertThat(problem).contains(folder + "/last-good.yaml"))
        .anySatisfy(problem -> assertThat(problem).contains(folder + "/generation"));
    assertThat(folder.resolve(".counters.new")).doesNotExist();
    firewall.events().close();
  }
}
