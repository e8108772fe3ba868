// SPDX-License-Identifier: Apache-2.0
package org.sallyport.attribution.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sallyport.api.subject.Fact;
import org.sallyport.kernel.proc.FileState;
import org.sallyport.kernel.proc.ProcExecutable;
import org.sallyport.kernel.proc.ProcFs;
import org.sallyport.kernel.proc.ProcRead;

class ExecutableHasherTest {

  private static final int PID = 20;

  @TempDir Path folder;
  private Path tool;
  private ProcFs proc;
  private ExecutableHasher hasher;

  @BeforeEach
  void build() throws Exception {
    Path process = Files.createDirectories(folder.resolve("proc/" + PID + "/ns")).getParent();
    Files.writeString(process.resolve("stat"), "20 (x) S 1");
    tool = Files.writeString(folder.resolve("tool"), "one");
    Files.createSymbolicLink(process.resolve("exe"), tool);
    proc = new ProcFs(folder.resolve("proc"));
    hasher = new ExecutableHasher(proc, folder, System::nanoTime);
  }

  @AfterEach
  void close() {
    hasher.close();
  }

  @Test
  void shouldBePendingFirstAndKnownLater() throws Exception {
    try (RandomAccessFile big = new RandomAccessFile(tool.toFile(), "rw")) {
      big.setLength(30_000_000);
    }
    FileState file = state();
    assertThat(hasher.isWanted()).isFalse();
    assertThat(hasher.of(PID, file)).isInstanceOf(Fact.Pending.class);
    assertThat(hasher.of(PID, file)).isInstanceOf(Fact.Pending.class);
    assertThat(hasher.isWanted()).isTrue();
    assertThat(await(file)).isEqualTo(known());
    assertThat(hasher.of(PID, file)).as("at once").isEqualTo(known());
  }

  @Test
  void shouldHashAReplacedFileAnew() throws Exception {
    FileState before = state();
    Fact<String> one = await(before);
    assertThat(one).isEqualTo(known());
    Path next = Files.writeString(folder.resolve("next"), "two");
    Files.delete(folder.resolve("proc/" + PID + "/exe"));
    Files.createSymbolicLink(folder.resolve("proc/" + PID + "/exe"), next);
    FileState after = state();
    tool = next;
    assertThat(await(after)).isEqualTo(known()).isNotEqualTo(one);
    assertThat(hasher.of(PID, before)).as("of what ran then").isEqualTo(one);
  }

  @Test
  void shouldHashAFileThatWasWrittenToAnew() throws Exception {
    FileState before = state();
    Fact<String> one = await(before);
    Files.writeString(tool, "six");
    FileState after = state();
    assertThat(after).isNotEqualTo(before);
    assertThat(await(after)).isEqualTo(known()).isNotEqualTo(one);
  }

  @Test
  void shouldHashTheContentOfNowForAnIdentityOfBefore() throws Exception {
    FileState before = state();
    Files.writeString(tool, "longer");
    assertThat(await(before)).isEqualTo(known());
  }

  @Test
  void shouldNotHashWhatWasChangedSinceItWasExecuted() throws Exception {
    FileState before = state();
    Files.writeString(tool, "six");
    assertThat(state()).isNotEqualTo(before);
    assertThat(hasher.asExecuted(PID, before)).isInstanceOf(Fact.Unknown.class);
    FileState now = state();
    assertThat(hasher.asExecuted(PID, now)).isInstanceOf(Fact.Pending.class);
    assertThat(await(now)).isEqualTo(known());
    Fact<String> hashed = hasher.of(PID, now);
    Files.writeString(tool, "two");
    assertThat(hasher.asExecuted(PID, now)).as("it was hashed before").isEqualTo(hashed);
  }

  @Test
  void shouldNotHashAnotherFileThanTheOneAskedFor() throws Exception {
    FileState file = state();
    FileState other = new FileState(file.device(), file.inode() + 1, -1, 3, 5);
    assertThat(hasher.of(PID, other)).isInstanceOf(Fact.Unknown.class);
    assertThat(hasher.of(99, file)).isEqualTo(new Fact.Unknown<>("the process is gone"));
  }

  @Test
  void shouldNeverHashAFileThatIsWrittenTo() throws Exception {
    FileState file = state();
    try (RandomAccessFile growing = new RandomAccessFile(tool.toFile(), "rw")) {
      long length = 5_000_000;
      growing.setLength(length);
      Fact<String> fact = hasher.of(PID, file);
      while (fact instanceof Fact.Pending) {
        growing.setLength(++length);
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
        fact = hasher.of(PID, file);
        if (fact instanceof Fact.Known) {
          throw new AssertionError("hashed while it was written to");
        }
        if (length > 5_000_200) {
          break; // each try met another state, which is as good
        }
      }
    }
  }

  /**
   * The fake process points at the file only later, as one would that is seen for the first time.
   */
  @Test
  void shouldHashAProgramFromItsExecutionOn() throws Exception {
    await(state());
    Path program = folder.resolve("program");
    Files.copy(Path.of("/bin/true"), program, StandardCopyOption.COPY_ATTRIBUTES);
    Path link = folder.resolve("proc/" + PID + "/exe");
    long endNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    Files.delete(link);
    Files.createSymbolicLink(link, program);
    FileState file = state();
    while (!hasher.knows(file) && System.nanoTime() - endNs < 0) {
      assertThat(new ProcessBuilder(program.toString()).start().waitFor()).isZero();
    }
    tool = program;
    assertThat(hasher.of(PID, file)).as("at the first question").isEqualTo(known());
  }

  @Test
  void shouldAnswerUnknownOnceClosed() throws Exception {
    hasher.close();
    assertThat(hasher.of(PID, state())).isInstanceOf(Fact.Unknown.class);
  }

  private FileState state() {
    ProcRead<ProcExecutable> read = proc.executable(PID);
    assertThat(read).isInstanceOf(ProcRead.Done.class);
    return ((ProcRead.Done<ProcExecutable>) read).value().file();
  }

  private Fact<String> known() throws Exception {
    byte[] digest = MessageDigest.getInstance("SHA-256").digest(read(tool));
    return new Fact.Known<>(HexFormat.of().formatHex(digest), "SHA-256 of /proc/PID/exe");
  }

  private static byte[] read(Path file) throws IOException {
    return Files.readAllBytes(file);
  }

  private Fact<String> await(FileState file) {
    long endNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    Fact<String> fact = hasher.of(PID, file);
    while (fact instanceof Fact.Pending && System.nanoTime() - endNs < 0) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(2));
      fact = hasher.of(PID, file);
    }
    return fact;
  }
}
