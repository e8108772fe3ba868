// SPDX-License-Identifier: Apache-2.0
package org.sallyport.attribution.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Real lines of mountinfo, by hand: no test mounts a FUSE file system. */
class AppImagesTest {

  private static final String ROOT = "22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw\n";
  private static final String PROGRAM = "/tmp/.mount_CursorAb12Cd/usr/bin/cursor";

  private static String line(String point, String type, String source) {
    return "400 22 0:55 / "
        + point
        + " ro,nosuid,nodev shared:9 - "
        + type
        + " "
        + source
        + " ro,user_id=1000,group_id=1000\n";
  }

  private static String mounted(String type, String source) {
    return ROOT + line("/tmp/.mount_CursorAb12Cd", type, source);
  }

  @Test
  void shouldTellTheFileThatIsMounted() {
    String lines = mounted("fuse.Cursor-1.0.AppImage", "Cursor-1.0.AppImage");
    assertThat(AppImages.fileOf(lines, PROGRAM)).contains("Cursor-1.0.AppImage");
    String path = mounted("fuse.x", "/home/ann/My\\040App.AppImage");
    assertThat(AppImages.fileOf(path, PROGRAM)).contains("My App.AppImage");
    String optional = lines.replace("shared:9 -", "shared:9 master:2 -");
    assertThat(AppImages.fileOf(optional, PROGRAM)).contains("Cursor-1.0.AppImage");
    assertThat(AppImages.fileOf(lines.replace(" shared:9", ""), PROGRAM))
        .contains("Cursor-1.0.AppImage");
  }

  @Test
  void shouldTellWhatIsOnTop() {
    String lines = mounted("fuse.a", "a.AppImage") + line("/tmp/.mount_CursorAb12Cd", "tmpfs", "b");
    assertThat(AppImages.fileOf(lines, PROGRAM)).contains("");
  }

  @Test
  void shouldNotTakeAnotherMountForIt() {
    assertThat(AppImages.fileOf(mounted("ext4", "x.AppImage"), PROGRAM)).contains("");
    assertThat(AppImages.fileOf(mounted("fuse", "x.AppImage"), PROGRAM)).contains("");
    assertThat(AppImages.fileOf(ROOT, PROGRAM)).isEmpty();
    Stream.of("/tmp/.mount_Cursor", "/tmp", "/tmp/.mount_CursorAb12Cd/usr", "/home/.mount_x")
        .forEach(
            point ->
                assertThat(AppImages.fileOf(line(point, "fuse.a", "a.AppImage"), PROGRAM))
                    .as(point)
                    .isEmpty());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "\n\n",
        "400",
        "400 22 0:55 / /tmp/.mount_CursorAb12Cd",
        "a b c d e f g h - i",
        "400 22 0:55 / /tmp/.mount_x\\04 rw - fuse.a",
        "\0\0 \0 \0 \0 \0 \0 \0 -",
        "\\ \\ \\ \\ \\ \\ \\ -"
      })
  void shouldTakeNothingFromBrokenLines(String lines) {
    assertThat(AppImages.fileOf(lines, PROGRAM)).isEmpty();
  }

  @Test
  void shouldNotTellAMountWithoutASource() {
    String lines = "400 22 0:55 / /tmp/.mount_CursorAb12Cd rw shared:9 - fuse.a";
    assertThat(AppImages.fileOf(lines, PROGRAM)).contains("");
  }
}
