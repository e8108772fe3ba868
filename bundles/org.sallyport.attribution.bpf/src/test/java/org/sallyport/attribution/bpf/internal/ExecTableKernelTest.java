// SPDX-License-Identifier: Apache-2.0
package org.sallyport.attribution.bpf.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sallyport.kernel.proc.ProcFs;

/** What the real kernel tells of real executions. */
class ExecTableKernelTest {

  private static final Path TRUE = Path.of("/bin/true");

  /** PID_MAX_LIMIT of linux/threads.h: the host's other programs have lower numbers. */
  private static final int NOBODYS_PID = 1 << 22;

  @TempDir Path folder;

  private static void run(Path program, String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of(program.toString()));
    command.addAll(List.of(arguments));
    assertThat(new ProcessBuilder(command).start().waitFor()).isZero();
  }

  /** A thread of its own looks. */
  private static void awaitPlain(ExecFile told) {
    try (Devices devices = new Devices()) {
      assertThat(devices.isPlain(told)).as("before anybody looked").isFalse();
      long endNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
      devices.meet(told);
      while (!devices.isPlain(told) && System.nanoTime() - endNs < 0) {
        Thread.onSpinWait();
      }
      assertThat(devices.isPlain(told)).isTrue();
    }
  }

  private static long number(Path file, String attribute) throws Exception {
    return ((Number) Files.getAttribute(file, attribute)).longValue();
  }

  @Test
  void shouldTellWhichFileWasExecutedByWhichOfItsNames() throws Exception {
    Path one = folder.toRealPath().resolve("one of us");
    Files.copy(TRUE, one, StandardCopyOption.COPY_ATTRIBUTES);
    Path two = Files.createLink(one.resolveSibling("two"), one);
    Path link = Files.createSymbolicLink(one.resolveSibling("link"), two);
    try (KernelSide kernel = KernelSide.start()) {
      ExecTable table =
          new ExecTable(
              kernel.execs(), new ProcFs(ProcFs.ROOT).hostNamespace().orElseThrow(), () -> 0);
      run(one);
      ExecFile told = table.lastOf(one.toString()).orElseThrow();
      assertThat(table.hasExecutedSince(told.process, told.timeNs - 1)).isTrue();
      assertThat(table.hasExecutedSince(told.process, told.timeNs)).isFalse();
      assertThat(table.hasExecutedSince(NOBODYS_PID, told.timeNs - 1)).isFalse();
      assertThat(told.identity.inode()).isEqualTo(number(one, "unix:ino"));
      assertThat(told.identity.device()).isEqualTo(number(one, "unix:dev"));
      assertThat(told.identity.size()).isEqualTo(Files.size(one));
      FileTime changed = (FileTime) Files.getAttribute(one, "unix:ctime");
      assertThat(told.identity.changedNs()).isEqualTo(changed.to(TimeUnit.NANOSECONDS));
      assertThat(told.deleted).isFalse();
      awaitPlain(told);
      assertThat(table.lastOf(two.toString())).isEmpty();
      run(link);
      assertThat(table.lastOf(two.toString())).as("where the link leads").isPresent();
      assertThat(table.lastOf(link.toString())).isEmpty();
    }
  }

  /** An executable of its own, so that it was executed once. */
  private Path interpreter(String name) throws Exception {
    Path shell = Path.of("/bin/sh").toRealPath();
    return Files.copy(shell, folder.toRealPath().resolve(name), StandardCopyOption.COPY_ATTRIBUTES);
  }

  private static Path script(Path script, Path interpreter) throws Exception {
    Files.createDirectories(script.getParent());
    Files.writeString(script, "#!" + interpreter + "\nexit 0\n");
    assertThat(script.toFile().setExecutable(true)).isTrue();
    return script;
  }

  @Test
  void shouldTellWhatAnInterpreterWasStartedFor() throws Exception {
    Path direct = interpreter("direct");
    Path byScript = interpreter("by-script");
    Path byName = interpreter("by-name");
    Path byLongName = interpreter("by-long-name");
    Path byHand = interpreter("by-hand");
    Path whole = script(folder.resolve("a script\n"), byScript);
    Path relative = script(folder.resolve("relative"), byName);
    Path deep = folder.resolve(("d".repeat(250) + "/").repeat(4));
    script(deep.resolve("s".repeat(100)), byLongName);
    script(folder.resolve("by-hand.sh"), byHand);
    try (KernelSide kernel = KernelSide.start()) {
      ExecTable table = new ExecTable(kernel.execs(), 0, () -> 0);
      run(direct, "-c", "exit 0");
      run(whole);
      run(Path.of("/bin/sh"), "-c", "cd " + folder + " && exec ./" + relative.getFileName());
      run(deep.resolve("s".repeat(100)));
      run(byHand, folder.resolve("by-hand.sh").toString());
      assertThat(table.lastOf(direct.toString()).orElseThrow().script()).contains("");
      assertThat(table.lastOf(byScript.toString()).orElseThrow().script())
          .contains(whole.toString());
      assertThat(table.lastOf(byName.toString()).orElseThrow().script()).contains("./relative");
      assertThat(table.lastOf(byLongName.toString()).orElseThrow().script())
          .as("too long to be told")
          .isEmpty();
      assertThat(table.lastOf(byHand.toString()).orElseThrow().script())
          .as("an argument is not what was executed")
          .contains("");
    }
  }

  private static ByteBuffer runs(ExecFile told) {
    return ByteBuffer.allocate(Layout.WHO_LENGTH)
        .order(ByteOrder.nativeOrder())
        .putLong(Layout.WHO_FILE, told.file)
        .putLong(Layout.WHO_WRITTEN, told.timeNs)
        .putLong(Layout.WHO_INODE, told.identity.inode())
        .putInt(Layout.WHO_DEVICE, told.kernelDevice)
        .putInt(Layout.WHO_GENERATION, (int) told.identity.generation());
  }

  /** The one that was lost may have had the same file at the same address. */
  @Test
  void shouldTellNoScriptIfAnExecutionWasLostSince() throws Exception {
    Path earlier = interpreter("earlier");
    Path later = interpreter("later");
    script(folder.resolve("one"), earlier);
    script(folder.resolve("two"), later);
    AtomicLong losses = new AtomicLong();
    try (KernelSide kernel = KernelSide.start()) {
      ExecTable table = new ExecTable(kernel.execs(), 0, losses::get);
      run(folder.resolve("one"));
      ByteBuffer one = runs(table.lastOf(earlier.toString()).orElseThrow());
      assertThat(table.script(one)).contains(folder.resolve("one").toString());
      losses.incrementAndGet();
      assertThat(table.execution(one)).isPresent();
      assertThat(table.script(one)).isEmpty();
      run(folder.resolve("two"));
      ByteBuffer two = runs(table.lastOf(later.toString()).orElseThrow());
      assertThat(table.script(two)).contains(folder.resolve("two").toString());
      assertThat(table.script(one)).isEmpty();
    }
  }

  @Test
  void shouldTellAScriptsInterpreter() throws Exception {
    Path script = folder.resolve("script");
    Files.writeString(script, "#!/bin/sh\nexit 0\n");
    assertThat(script.toFile().setExecutable(true)).isTrue();
    try (KernelSide kernel = KernelSide.start()) {
      ExecTable table = new ExecTable(kernel.execs(), 0, () -> 0);
      run(script);
      Path shell = Path.of("/bin/sh").toRealPath();
      Optional<ExecFile> told = table.lastOf(shell.toString());
      assertThat(told).isPresent();
      assertThat(told.get().identity.inode()).isEqualTo(number(shell, "unix:ino"));
    }
  }
}
