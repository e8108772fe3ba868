// SPDX-License-Identifier: Apache-2.0
package org.sallyport.attribution.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sallyport.api.subject.Executable;
import org.sallyport.api.subject.Fact;
import org.sallyport.api.subject.FileIdentity;
import org.sallyport.api.subject.ProcessId;
import org.sallyport.kernel.proc.ProcFs;

class BelongingTest {

  private static final ProcessId PROCESS = new ProcessId(20, 60);
  private static final String IMAGE = "/tmp/.mount_AppXyz/AppRun";
  private static final Fact<Executable> UNREADABLE = new Fact.Unknown<>("EACCES");

  @TempDir Path root;
  private Belonging belonging;

  @BeforeEach
  void build() throws Exception {
    Files.createDirectories(root.resolve("20"));
    started(60);
    Files.createSymbolicLink(root.resolve("20/exe"), Path.of(IMAGE));
    mounts("fuse.App.AppImage");
    belonging = new Belonging(new ProcFs(root));
  }

  private void started(long ticks) throws Exception {
    String numbers = " S 1 1 1 0 -1 0 1 0 0 0 1 2 0 0 20 0 1 0 " + ticks + " 5 6\n";
    Files.writeString(root.resolve("20/stat"), "20 (x)" + numbers);
  }

  private void mounts(String type) throws Exception {
    Files.writeString(
        root.resolve("20/mountinfo"),
        "9 1 0:5 / /tmp/.mount_AppXyz ro - " + type + " App.AppImage ro\n");
  }

  private static Fact<String> cgroup(String path) {
    return new Fact.Known<>(path, "test");
  }

  private static Fact<Executable> running(String path) {
    return new Fact.Known<>(
        new Executable(path, new FileIdentity(1, 2, -1, 0, 0), true, false), "test");
  }

  private static String value(Fact<String> fact) {
    assertThat(fact).isInstanceOf(Fact.Known.class);
    return ((Fact.Known<String>) fact).value();
  }

  @Test
  void shouldBelieveTheCgroupFirst() {
    Fact<String> snap = cgroup("/system.slice/snap.lxd.daemon.service");
    assertThat(value(belonging.app(snap, running(IMAGE), PROCESS))).isEqualTo("snap:lxd");
  }

  @Test
  void shouldTellAnAppImageByItsMountThoughItsFileCannotBeOpened() {
    assertThat(value(belonging.app(cgroup("/x"), UNREADABLE, PROCESS)))
        .isEqualTo("appimage:App.AppImage");
    assertThat(value(belonging.app(cgroup("/x"), running(IMAGE), PROCESS)))
        .isEqualTo("appimage:App.AppImage");
  }

  @Test
  void shouldTellThatThereIsNoneOfAProcessThatIsGone() throws Exception {
    started(61);
    assertThat(value(belonging.app(cgroup("/x"), running("/usr/bin/curl"), PROCESS))).isEmpty();
    assertThat(belonging.app(cgroup("/x"), running(IMAGE), PROCESS))
        .isEqualTo(new Fact.Unknown<>("the process is gone"));
    assertThat(belonging.app(cgroup("/x"), UNREADABLE, PROCESS)).isInstanceOf(Fact.Unknown.class);
  }

  @Test
  void shouldNotGuessWhatTheMountDoesNotTell() throws Exception {
    mounts("tmpfs");
    assertThat(value(belonging.app(cgroup("/x"), running(IMAGE), PROCESS))).isEmpty();
    Files.writeString(root.resolve("20/mountinfo"), "");
    assertThat(belonging.app(cgroup("/x"), running(IMAGE), PROCESS))
        .isEqualTo(new Fact.Unknown<>("the mount of the program is gone"));
    Files.write(root.resolve("20/mountinfo"), new byte[(1 << 20) + 1]);
    assertThat(belonging.app(cgroup("/x"), running(IMAGE), PROCESS))
        .isEqualTo(new Fact.Unknown<>("/proc/PID/mountinfo: too many mounts"));
  }

  @Test
  void shouldBeAsUnknownAsTheCgroup() {
    Fact<String> unknown = new Fact.Unknown<>("removed");
    Fact<String> absent = new Fact.Absent<>("no program");
    assertThat(belonging.app(unknown, running("/a"), PROCESS)).isEqualTo(unknown);
    assertThat(belonging.app(absent, running("/a"), PROCESS)).isEqualTo(absent);
    assertThat(Belonging.container(unknown)).isEqualTo(unknown);
    assertThat(Belonging.container(absent)).isEqualTo(absent);
    for (String path : new String[] {"", "/..", "/../docker/x", "x", "/a (deleted)"}) {
      assertThat(Belonging.container(cgroup(path))).as(path).isInstanceOf(Fact.Unknown.class);
      assertThat(belonging.app(cgroup(path), running("/a"), PROCESS))
          .as(path)
          .isInstanceOf(Fact.Unknown.class);
    }
  }

  @Test
  void shouldTellThatThereIsNoContainer() {
    assertThat(value(Belonging.container(cgroup("/system.slice/ssh.service")))).isEmpty();
    assertThat(value(Belonging.container(cgroup("/")))).isEmpty();
    assertThat(value(Belonging.container(cgroup("/docker/" + "ab".repeat(32)))))
        .isEqualTo("ab".repeat(32));
  }
}
