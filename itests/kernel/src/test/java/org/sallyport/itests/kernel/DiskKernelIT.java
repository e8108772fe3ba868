// SPDX-License-Identifier: Apache-2.0
package org.sallyport.itests.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.sallyport.itests.kernel.kit.Command;
import org.sallyport.itests.kernel.kit.Lab;

/** Full and read-only disks, in a mount namespace of the daemon's own; damaged state at a start. */
class DiskKernelIT {

  private Lab lab;
  private Path rules;

  @BeforeEach
  void start() throws IOException {
    lab = new Lab();
    rules = lab.daemon().etc().resolve("rules.d");
    Files.createDirectories(
        rules, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
    lab.daemon()
        .startedBy(
            List.of(
                "unshare",
                "--mount",
                "--propagation=private",
                "sh",
                "-c",
                "mount -t tmpfs -o size=64k,mode=755 none " + rules + " && exec \"$@\"",
                "sh"))
        .start();
  }

  @AfterEach
  void stop() {
    lab.close();
  }

  private Command.Result inside(String... words) {
    String[] all = new String[words.length + 4];
    System.arraycopy(
        new String[] {"nsenter", "--mount", "--target", "" + lab.daemon().pid()}, 0, all, 0, 4);
    System.arraycopy(words, 0, all, 4, words.length);
    return Command.of(all).run();
  }

  private List<String> ids() {
    return lab.client().json("rules").findValuesAsText("id");
  }

  private void assertRefused(Command.Result result, Path place) {
    assertThat(result.status()).as(result.err()).isEqualTo(1);
    assertThat(result.err()).startsWith("sallyport: ").contains(place.toString());
    assertThat(result.err()).doesNotContain("Exception");
  }

  @Test
  void shouldLoseNothingOnAFullDisk() {
    lab.client().rule("deny", "out", "remote.port=1", "--id", "kept");
    inside("dd", "if=/dev/zero", "of=" + rules + "/filler", "bs=1k");

    assertRefused(
        lab.client().run("deny", "out", "remote.port=2", "--id", "lost"),
        rules.resolve("90-console.yaml"));

    assertThat(ids()).containsExactly("kept");
    assertThat(inside("ls", "-A", rules.toString()).out()).doesNotContain(".new");
    assertThat(inside("rm", rules + "/filler").status()).isZero();
    lab.client().rule("deny", "out", "remote.port=2", "--id", "later");
    assertThat(ids()).containsExactlyInAnyOrder("kept", "later");
  }

  @Test
  void shouldLoseNothingWhereTheFolderCannotBeWritten() {
    lab.client().rule("deny", "out", "remote.port=1", "--id", "kept");
    assertThat(inside("mount", "-o", "remount,ro", rules.toString()).status()).isZero();

    assertRefused(lab.client().run("remove", "kept"), rules.resolve("90-console.yaml"));
    assertRefused(lab.client().run("store-use", "memory"), rules.resolve("90-console.yaml"));
    assertThat(ids()).containsExactly("kept");
    assertThat(lab.client().json("show", "kept").get("store").asText()).isEqualTo("file");

    assertThat(inside("mount", "-o", "remount,rw", rules.toString()).status()).isZero();
    lab.client().must("remove", "kept");
    assertThat(ids()).isEmpty();
  }

  @Test
  void shouldNameSettingsThatCannotBeWritten() {
    Path settings = lab.folder().resolve("state/settings.yaml");
    assertThat(inside("mkdir", "-p", settings + "/in-the-way").status()).isZero();

    assertRefused(lab.client().run("mode", "enforce"), settings);

    assertThat(lab.client().json("status").get("mode").asText()).isEqualTo("observe");
  }

  @Test
  void shouldStartWithDamagedStateAndSayWhere() throws IOException {
    lab.client().must("default", "deny");
    lab.daemon().kill();
    Path state = lab.folder().resolve("state");
    Files.writeString(state.resolve("settings.yaml"), "]:[ garbage");
    Files.deleteIfExists(state.resolve("counters"));
    assertThat(Command.of("mkfifo", state.resolve("counters").toString()).run().status()).isZero();
    Files.write(state.resolve("last-good.yaml"), new byte[] {(byte) 0xff, 0, 7});
    Files.writeString(state.resolve(".settings.yaml.new"), "mode: enf");

    lab.daemon().start();

    assertThat(lab.client().json("status").get("defaults").get("out").asText()).isEqualTo("deny");
    assertThat(lab.client().json("status").get("problems").toString())
        .contains("settings.yaml", "counters", "last-good.yaml");
    assertThat(state.resolve(".settings.yaml.new")).doesNotExist();
  }
}
