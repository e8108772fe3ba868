// SPDX-License-Identifier: Apache-2.0
package org.sallyport.kernel.proc;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcFsKernelTest {

  private final ProcFs proc = new ProcFs(ProcFs.ROOT);

  @TempDir Path folder;

  @Test
  void shouldKnowThisProcess() {
    int pid = (int) ProcessHandle.current().pid();
    assertThat(proc.stat(pid).orElse(null).pid()).isEqualTo(pid);
    assertThat(proc.realUserId(pid).orElse(-1L)).isZero();
    assertThat(proc.commandLine(pid).orElse("")).contains("java");
    ProcExecutable executable = proc.executable(pid).orElse(null);
    assertThat(executable.path()).endsWith("/java");
    assertThat(executable.file().size()).isPositive();
    assertThat(proc.capabilities(pid).orElse(0L) & 1L << 12).as("CAP_NET_ADMIN").isNotZero();
    assertThat(executable.hostNamespace()).isTrue();
    assertThat(executable.deleted()).isFalse();
    assertThat(proc.pids()).contains(pid);
  }

  @Test
  void shouldStillKnowADeletedExecutableAndTheNextOne() throws Exception {
    Path tool = folder.resolve("tool");
    Files.copy(Path.of("/bin/sh"), tool);
    tool.toFile().setExecutable(true);
    Object inode = Files.getAttribute(tool, "unix:ino");
    // the shell answers a line, waits for another and then becomes cat
    Process process =
        new ProcessBuilder(tool.toString(), "-c", "echo; read x; exec cat; :").start();
    try {
      int pid = (int) process.pid();
      assertThat(process.getInputStream().read()).isEqualTo('\n');
      Files.delete(tool);
      ProcExecutable executable = proc.executable(pid).orElse(null);
      assertThat(executable.deleted()).isTrue();
      assertThat(executable.path()).endsWith("/tool");
      assertThat(executable.file().inode()).isEqualTo(inode);
      long start = proc.stat(pid).orElse(null).startTimeTicks();
      process.outputWriter().append("go\nhello\n").flush();
      assertThat(process.getInputStream().read()).isEqualTo('h');
      assertThat(proc.executable(pid).orElse(null).path()).endsWith("/cat");
      assertThat(proc.isAlive(pid, start)).as("the same process").isTrue();
    } finally {
      process.destroyForcibly().waitFor();
    }
    assertThat(proc.executable((int) process.pid())).isEqualTo(new ProcRead.Gone<>());
  }
}
