// SPDX-License-Identifier: Apache-2.0
package org.sallyport.kernel.proc;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcFsTest {

  @TempDir Path folder;
  private FakeProc fake;
  private ProcFs proc;

  @BeforeEach
  void build() throws Exception {
    fake = new FakeProc(folder.resolve("proc"));
    proc = new ProcFs(fake.root());
  }

  @Test
  void shouldReadANameWithParenthesesBlanksAndNewlines() throws Exception {
    fake.process(42, 7, "a) R 1 (b\n) x");
    assertThat(proc.stat(42))
        .isEqualTo(new ProcRead.Done<>(new ProcStat(42, "a) R 1 (b\n) x", 7, 420)));
    assertThat(proc.isAlive(42, 420)).isTrue();
    assertThat(proc.isAlive(42, 421)).isFalse();
  }

  @Test
  void shouldSayThatAProcessIsGone() {
    assertThat(proc.stat(9)).isEqualTo(new ProcRead.Gone<>());
    assertThat(proc.executable(9)).isEqualTo(new ProcRead.Gone<>());
    assertThat(proc.commandLine(9)).isEqualTo(new ProcRead.Gone<>());
    assertThat(new DescriptorIndex(proc).descriptorOf(9, 1)).isEqualTo(-1);
  }

  @Test
  void shouldFailOnGarbage() throws Exception {
    fake.process(5, 1, "x").file(5, "stat", "5 (x").file(5, "status", "Name:\tx\nUid:\tten\n");
    fake.file(5, "cgroup", "4:memory:/a\n");
    assertThat(proc.stat(5)).isInstanceOf(ProcRead.Failed.class);
    assertThat(proc.realUserId(5)).isInstanceOf(ProcRead.Failed.class);
    assertThat(proc.cgroup(5)).isInstanceOf(ProcRead.Failed.class);
    assertThat(proc.executable(5)).as("a kernel thread").isInstanceOf(ProcRead.Failed.class);
    fake.file(5, "stat", "5 (x) S 1 2 3");
    assertThat(proc.stat(5)).isInstanceOf(ProcRead.Failed.class);
    fake.file(5, "stat", "5 (x)");
    assertThat(proc.stat(5)).isInstanceOf(ProcRead.Failed.class);
  }

  @Test
  void shouldReadUserCgroupAndCommandLine() throws Exception {
    fake.process(5, 1, "x")
        .file(5, "status", "Name:\tUid:\nUid:\t1000\t0\t0\t0\nGid:\t1\t1\t1\t1\n");
    fake.file(5, "cgroup", "4:memory:/a\n0::/system.slice/x.service\n");
    fake.file(5, "cmdline", "curl\0--data\0ä b\0");
    assertThat(proc.realUserId(5).orElse(-1L)).isEqualTo(1000);
    assertThat(proc.cgroup(5).orElse("")).isEqualTo("/system.slice/x.service");
    assertThat(proc.commandLine(5).orElse("")).isEqualTo("curl --data ä b");
    fake.file(5, "cmdline", "y".repeat(10_000));
    assertThat(proc.commandLine(5).orElse("")).hasSize(4096);
  }

  @Test
  void shouldTellTheFileBehindTheExecutable() throws Exception {
    Path file = Files.writeString(folder.resolve("tool"), "x");
    fake.process(5, 1, "x").executable(5, file);
    ProcExecutable executable = executable(5);
    assertThat(executable.path()).isEqualTo(file.toString());
    assertThat(executable.file().inode()).isEqualTo(Files.getAttribute(file, "unix:ino"));
    assertThat(executable.file().device()).isEqualTo(Files.getAttribute(file, "unix:dev"));
    assertThat(executable.file().size()).isEqualTo(1);
    long changedNs = ((FileTime) Files.getAttribute(file, "unix:ctime")).to(TimeUnit.NANOSECONDS);
    assertThat(executable.file().changedNs()).isEqualTo(changedNs);
    assertThat(executable.deleted()).isFalse();
    assertThat(executable.hostNamespace()).isTrue();
    fake.namespace(5, "mnt:[4026532999]");
    assertThat(executable(5).hostNamespace()).isFalse();
  }

  @Test
  void shouldTellTwoStatesOfAFileApart() throws Exception {
    Path file = Files.writeString(folder.resolve("tool"), "x");
    fake.process(5, 1, "x").executable(5, file);
    FileState before = executable(5).file();
    Files.writeString(file, "longer");
    FileState after = executable(5).file();
    assertThat(after).isNotEqualTo(before);
    assertThat(after.isSameFileAs(before)).isTrue();
    FileState reused =
        new FileState(after.device(), after.inode(), 5, after.size(), after.changedNs());
    FileState other =
        new FileState(after.device(), after.inode(), 6, after.size(), after.changedNs());
    assertThat(reused.isSameFileAs(other)).isFalse();
  }

  /** Nobody can open a socket's file for reading, which stands for what only its users may read. */
  @Test
  void shouldIdentifyAFileThatMayNotBeRead() throws Exception {
    Path file = folder.resolve("unreadable");
    try (ServerSocketChannel socket = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      socket.bind(UnixDomainSocketAddress.of(file));
      fake.process(5, 1, "x").executable(5, file);
      assertThat(executable(5).file().inode()).isEqualTo(Files.getAttribute(file, "unix:ino"));
      assertThat(executable(5).file().generation()).isEqualTo(FileState.NO_GENERATION);
      assertThat(proc.openExecutable(5)).as("to be hashed").isInstanceOf(ProcRead.Failed.class);
    }
  }

  @Test
  void shouldReadEffectiveCapabilitiesThatCountHere() throws Exception {
    fake.process(5, 1, "x").link(1, "ns/user", "user:[1]").link(5, "ns/user", "user:[1]");
    fake.file(
        5, "status", "Name:\tCapEff:\nCapPrm:\t00000000000000ff\nCapEff:\t0000000000002000\n");
    ProcFs now = new ProcFs(fake.root());
    assertThat(now.capabilities(5).orElse(-1L)).isEqualTo(1L << 13);
    fake.file(5, "status", "Name:\tx\nCapEff:\tffffffffffffffff\n");
    assertThat(now.capabilities(5).orElse(0L)).isEqualTo(-1);
    fake.link(5, "ns/user", "user:[2]");
    assertThat(now.capabilities(5).orElse(-1L)).as("in a namespace of its own").isZero();
    for (String line :
        new String[] {"CapEff:\t20\n", "CapEff:\t000000000000200g\n", "CapEff:\t", ""}) {
      fake.file(5, "status", "Name:\tx\n" + line);
      assertThat(now.capabilities(5)).isInstanceOf(ProcRead.Failed.class);
    }
    assertThat(now.capabilities(9)).isEqualTo(new ProcRead.Gone<>());
  }

  @Test
  void shouldKnowADeletedFileFromOneThatIsNamedSo() throws Exception {
    Path named = Files.writeString(folder.resolve("tool (deleted)"), "x");
    fake.process(5, 1, "x").executable(5, named).link(5, "root", "/");
    assertThat(executable(5).deleted()).isFalse();
    assertThat(executable(5).path()).isEqualTo(named.toString());
    // the kernel's link leads to the deleted file itself; here its name leads to another one
    fake.link(5, "root", folder.toString());
    assertThat(executable(5).deleted()).isTrue();
    assertThat(executable(5).path()).isEqualTo(folder.resolve("tool").toString());
  }

  @Test
  void shouldListProcessesNewestFirst() throws Exception {
    fake.process(30, 1, "x").process(200, 1, "y");
    Files.createDirectories(fake.root().resolve("net"));
    assertThat(proc.pids()).containsExactly(200, 30, 1);
  }

  @Test
  void shouldFindDescriptors() throws Exception {
    fake.process(30, 1, "x").socket(30, 3, 111).socket(30, 17, 222).link(30, "fd/4", "/dev/null");
    assertThat(new DescriptorIndex(proc).descriptorOf(30, 111)).isEqualTo(3);
    assertThat(new DescriptorIndex(proc).descriptorOf(30, 11)).isEqualTo(-1);
    assertThat(proc.holds(30, 17, 222)).isTrue();
    assertThat(proc.holds(30, 17, 22)).isFalse();
    assertThat(proc.holds(30, 99, 222)).isFalse();
  }

  private ProcExecutable executable(int pid) {
    assertThat(proc.executable(pid)).isInstanceOf(ProcRead.Done.class);
    return ((ProcRead.Done<ProcExecutable>) proc.executable(pid)).value();
  }
}
