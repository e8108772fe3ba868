// SPDX-License-Identifier: Apache-2.0
package org.sallyport.store.file.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sallyport.api.rule.Origin;
import org.sallyport.api.rule.RuleDefinition;
import org.sallyport.api.rule.StoreException;
import org.sallyport.api.rule.StoreUnit;

class FileRuleStoreTest {

  private static final RuleDefinition WEB = rule("web", "allow out remote.port=443");

  @TempDir private Path etc;
  private Path folder;
  private SafeFiles safe;
  private FileRuleStore store;

  private static RuleDefinition rule(String id, String text) {
    return new RuleDefinition(id, text, 1000, true, "", new Origin("x", 0));
  }

  @BeforeEach
  void makeStore() throws IOException {
    folder = etc.resolve("rules.d");
    safe = new SafeFiles((Integer) Files.getAttribute(etc, "unix:uid"));
    store = store(Disk.HOST);
  }

  private FileRuleStore store(Disk disk) {
    return new FileRuleStore(new RuleFolder(folder, safe), disk);
  }

  private Path file(String name, String text) throws IOException {
    Files.createDirectories(folder);
    Path file = Files.writeString(folder.resolve(name), text);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    return file;
  }

  private List<String> ids() {
    return store.read().stream()
        .flatMap(unit -> unit.rules().stream())
        .map(RuleDefinition::id)
        .toList();
  }

  private String onlyError() {
    return store.read().stream()
        .flatMap(unit -> unit.errors().stream())
        .map(error -> error.origin() + ": " + error.message())
        .reduce("", String::concat);
  }

  @Test
  void shouldMakeTheFolder() throws IOException {
    assertThat(store.read()).isEmpty();
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder)))
        .isEqualTo("rwxr-xr-x");
  }

  @Test
  void shouldReadFilesInTheOrderOfTheirNames() throws IOException {
    file("20-b.yaml", "rules: [{id: b, rule: x}]\n");
    file("10-a.yaml", "rules: [{id: a, rule: x}]\n");
    file("ignored.yml", "nonsense");
    file(".hidden.yaml", "nonsense");

    assertThat(ids()).containsExactly("a", "b");
  }

  @Test
  void shouldTellBeforehandThatARuleIsNotItsToChange() throws Exception {
    file("10-mine.yaml", "rules: [{id: mine, rule: x}]\n");
    store.put(WEB);

    store.checkWritable("web");
    store.checkWritable("new");
    assertThatThrownBy(() -> store.checkWritable("mine"))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("10-mine.yaml:1");
  }

  @Test
  void shouldKeepWhatCommandsAdd() throws StoreException {
    store.put(WEB);
    store.put(rule("dns", "allow out remote.port=53"));
    store.put(WEB.withEnabled(false));

    assertThat(ids()).containsExactly("web", "dns");
    assertThat(store.read().get(0).rules().get(0).enabled()).isFalse();
    assertThat(store.remove("web")).isTrue();
    assertThat(store.remove("web")).isFalse();
    assertThat(ids()).containsExactly("dns");
  }

  @Test
  void shouldReplaceOnlyWhatCommandsAddedAndAtOnce() throws Exception {
    file("10-mine.yaml", "rules: [{id: mine, rule: x}]\n");
    store.put(WEB);
    RuleDefinition dns = rule("dns", "allow out remote.port=53");

    assertThat(store.kept()).extracting(RuleDefinition::id).containsExactly("web");
    store.replaceKept(List.of(dns));
    assertThat(ids()).containsExactly("mine", "dns");

    assertThatThrownBy(() -> store.replaceKept(List.of(WEB, rule("mine", "y"))))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("10-mine.yaml:1");
    assertThatThrownBy(() -> store(new CrashingDisk(1, 0)).replaceKept(List.of(WEB)))
        .isInstanceOf(CrashingDisk.Crash.class);
    assertThat(ids()).containsExactly("mine", "dns");
    store.replaceKept(List.of());
    assertThat(ids()).containsExactly("mine");
  }

  @Test
  void shouldKeepTheCommentsAtTheTopOfTheConsoleFile() throws Exception {
    Path file = file(ConsoleFile.NAME, "# by hand\n# and more\nrules: []\n");

    store.put(WEB);

    assertThat(Files.readString(file)).startsWith("# by hand\n# and more\nrules:\n");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
  }

  @Test
  void shouldNotChangeARuleOfAPersonsFile() throws Exception {
    Path file = file("10-mine.yaml", "# note\nrules:\n  - id: web\n    rule: x\n");

    assertThatThrownBy(() -> store.put(WEB))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining(file + ":3");
    assertThatThrownBy(() -> store.remove("web")).hasMessageContaining(file + ":3");
    assertThat(Files.readString(file)).startsWith("# note\n");
    assertThat(folder.resolve(ConsoleFile.NAME)).doesNotExist();
  }

  @Test
  void shouldNotOverwriteABrokenConsoleFile() throws Exception {
    Path file = file(ConsoleFile.NAME, "rules:\n  - oops\n");

    assertThatThrownBy(() -> store.put(WEB)).hasMessageContaining(file + ":2");
    assertThat(Files.readString(file)).isEqualTo("rules:\n  - oops\n");
  }

  @Test
  void shouldRefuseFilesThatOthersCouldHaveWritten() throws Exception {
    Path file = file("a.yaml", "rules: []\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-r--"));
    assertThat(onlyError()).contains(file.toString()).contains("chmod go-w");

    Files.delete(file);
    Files.createSymbolicLink(file, Files.writeString(etc.resolve("real"), "rules: []\n"));
    assertThat(onlyError()).contains(file.toString()).contains("not a plain file");

    Files.delete(file);
    Files.write(file, new byte[SafeFiles.MAX_FILE_BYTES + 1]);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    assertThat(onlyError()).contains("larger than 1 MiB");

    FileRuleStore strangers =
        new FileRuleStore(new RuleFolder(folder, new SafeFiles(safe.ownerId() + 1)), Disk.HOST);
    assertThat(strangers.read().get(0).errors().get(0).message()).contains("chown");
  }

  @Test
  void shouldReportKnownFilesAsUnreadableWhenTheFolderIs() throws Exception {
    Path file = file("a.yaml", "rules: [{id: a, rule: x}]\n");
    assertThat(ids()).containsExactly("a");

    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));

    List<StoreUnit> units = store.read();
    assertThat(units).extracting(StoreUnit::name).contains(file.toString());
    assertThat(units).allSatisfy(unit -> assertThat(unit.errors()).isNotEmpty());
  }

  /** Dies like the process would: whatever was done before stays, nothing is cleaned up. */
  private record CrashingDisk(int step, int bytes) implements Disk {

    private static final class Crash extends Error {
      private static final long serialVersionUID = 1L;
    }

    @Override
    public void write(Path file, byte[] content) throws IOException {
      if (step == 0) {
        Disk.HOST.write(file, Arrays.copyOf(content, Math.min(bytes, content.length)));
        throw new Crash();
      }
      Disk.HOST.write(file, content);
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
      crashAt(1);
      Disk.HOST.rename(from, to);
    }

    @Override
    public void sync(Path directory) {
      crashAt(2);
    }

    private void crashAt(int here) {
      if (step == here) {
        throw new Crash();
      }
    }
  }

  @Test
  void shouldHoldOldOrNewRulesAfterACrashAtAnyByte() throws Exception {
    store.put(WEB);
    int length = (int) Files.size(folder.resolve(ConsoleFile.NAME)) + 100;
    for (int bytes = 0; bytes < length; bytes++) {
      crash(new CrashingDisk(0, bytes));
      assertThat(ids()).containsExactly("web");
    }
    crash(new CrashingDisk(1, 0));
    assertThat(ids()).containsExactly("web");
    crash(new CrashingDisk(2, 0));
    assertThat(ids()).containsExactly("web", "dns");

    store.put(rule("after", "allow out remote.port=1"));
    assertThat(ids()).containsExactly("web", "dns", "after");
  }

  private void crash(CrashingDisk disk) {
    assertThatThrownBy(() -> store(disk).put(rule("dns", "allow out remote.port=53")))
        .isInstanceOf(CrashingDisk.Crash.class);
  }

  @Test
  void shouldTellOfEveryChangeFromOutsideWithinTwoSeconds() throws Exception {
    BlockingQueue<String> told = new LinkedBlockingQueue<>();
    store.read();
    store.open(changed -> told.add(changed.name()));
    try {
      Path file = file("a.yaml", "rules: []\n");
      assertTold(told);
      Files.writeString(file, "rules: [{id: a, rule: x}]\n");
      assertTold(told);
      file(ConsoleFile.NAME, "rules: []\n");
      assertTold(told);
      Files.delete(file);
      assertTold(told);
      Files.move(folder, etc.resolve("away"));
      assertTold(told);
      Files.move(etc.resolve("away"), folder);
      assertTold(told);
      file("b.yaml", "rules: []\n");
      assertTold(told);
    } finally {
      store.close();
    }
  }

  private static void assertTold(BlockingQueue<String> told) throws InterruptedException {
    assertThat(told.poll(2, TimeUnit.SECONDS)).isEqualTo("file");
    while (told.poll(150, TimeUnit.MILLISECONDS) != null) {
      // A change may be told in two steps; the next assertion waits for one of its own.
    }
  }
}
