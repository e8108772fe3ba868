// SPDX-License-Identifier: Apache-2.0
package org.sallyport.store.file.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.sallyport.api.rule.Origin;
import org.sallyport.api.rule.RuleDefinition;

/** What lies in the folder and is no rule file. */
class RuleFolderDamageTest {

  @TempDir private Path etc;
  private Path folder;
  private FileRuleStore store;

  @BeforeEach
  void makeStore() throws IOException {
    folder = Files.createDirectory(etc.resolve("rules.d"));
    SafeFiles safe = new SafeFiles((Integer) Files.getAttribute(etc, "unix:uid"));
    store = new FileRuleStore(new RuleFolder(folder, safe), Disk.HOST);
  }

  private Path file(String name, String text) throws IOException {
    Path file = Files.writeString(folder.resolve(name), text);
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
  }

  private List<String> ids() {
    return store.read().stream()
        .flatMap(unit -> unit.rules().stream())
        .map(RuleDefinition::id)
        .toList();
  }

  @Test
  void shouldClearWhatACutOffWriteLeftWhenItOpens() throws Exception {
    Path unfinished = Files.writeString(folder.resolve(".90-console.yaml.new"), "rules:\n  - i");

    store.open(changed -> {});
    store.close();

    assertThat(unfinished).doesNotExist();
  }

  @Test
  @Timeout(20)
  void shouldReportWhatIsNoPlainFileAndNeverWaitForIt() throws Exception {
    file("10-good.yaml", "rules: [{id: good, rule: x}]\n");
    Path pipe = folder.resolve("20-pipe.yaml");
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
    Files.createDirectory(folder.resolve("30-folder.yaml"));
    Files.createSymbolicLink(folder.resolve("40-device.yaml"), Path.of("/dev/zero"));
    Files.write(file("50-binary.yaml", ""), new byte[] {(byte) 0xff, 0, 1});

    assertThat(ids()).containsExactly("good");
    assertThat(store.read().stream().filter(unit -> !unit.errors().isEmpty()))
        .extracting(unit -> Path.of(unit.name()).getFileName().toString())
        .containsExactly("20-pipe.yaml", "30-folder.yaml", "40-device.yaml", "50-binary.yaml");
    store.put(new RuleDefinition("web", "x", 1000, true, "", new Origin("x", 0)));
    assertThat(ids()).containsExactly("good", "web");
  }
}
