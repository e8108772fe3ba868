// SPDX-License-Identifier: Apache-2.0
package org.sallyport.kernel.proc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sallyport.kernel.netlink.KernelException;

class ExecWatchKernelTest {

  @TempDir Path folder;

  @Test
  void shouldHandOverTheFileOfAProgramThatHasEndedAndIsDeleted() throws Exception {
    Path tool = folder.resolve("tool");
    Files.copy(Path.of("/bin/true"), tool, StandardCopyOption.COPY_ATTRIBUTES);
    long inode = (long) Files.getAttribute(tool, "unix:ino");
    List<FileState> executed = new ArrayList<>();
    try (ExecWatch watch = ExecWatch.open(folder)) {
      assertThat(new ProcessBuilder(tool.toString()).start().waitFor()).isZero();
      Files.delete(tool);
      long endNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
      while (executed.stream().noneMatch(file -> file.inode() == inode)
          && System.nanoTime() - endNs < 0) {
        watch.poll(100, opened -> executed.add(stateOf(opened)));
      }
      assertThat(executed).extracting(FileState::inode).contains(inode);
    }
  }

  @Test
  void shouldSayWhyNothingCanBeWatched() throws Exception {
    assertThatThrownBy(() -> ExecWatch.open(folder.resolve("none")))
        .isInstanceOf(KernelException.class)
        .hasMessageContaining("fanotify_mark");
    ExecWatch watch = ExecWatch.open(folder);
    watch.close();
    watch.close();
    assertThatThrownBy(() -> watch.poll(0, OpenExecutable::close))
        .isInstanceOf(KernelException.class);
  }

  private static FileState stateOf(OpenExecutable opened) {
    try (opened) {
      return opened.state();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
