// SPDX-License-Identifier: Apache-2.0
package org.sallyport.engine.internal.attribute;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sallyport.api.match.Truth;
import org.sallyport.api.subject.Executable;
import org.sallyport.api.subject.FileIdentity;

class HostFileTest {

  private static final long GENERATION = 77;

  @TempDir Path folder;
  private Path program;
  private HostFile file;

  @BeforeEach
  void install() throws IOException {
    program = folder.toRealPath().resolve("program");
    Files.writeString(program, "old");
    file = HostFile.unresolved(program.toString());
    file.renew();
  }

  private static FileIdentity identity(Path path, long generation, long laterNs)
      throws IOException {
    Map<String, Object> stat = Files.readAttributes(path, "unix:dev,ino,ctime,size");
    long changedNs = ((FileTime) stat.get("ctime")).to(TimeUnit.NANOSECONDS);
    return new FileIdentity(
        (Long) stat.get("dev"),
        (Long) stat.get("ino"),
        generation,
        (Long) stat.get("size"),
        changedNs + laterNs);
  }

  private static Executable inHost(Path path, FileIdentity identity) {
    return new Executable(path.toString(), identity, true, false);
  }

  private static Executable inContainer(Path path, FileIdentity identity, boolean deleted) {
    return new Executable(path.toString(), identity, false, deleted);
  }

  private void upgrade() throws IOException {
    Path fresh = Files.writeString(folder.resolve("fresh"), "new");
    Files.move(fresh, program, StandardCopyOption.REPLACE_EXISTING);
    file.renew();
  }

  @Test
  void shouldTakeTheFileUnderAnyNameForTheHosts() throws IOException {
    Path link = Files.createLink(folder.resolve("hard"), program);
    file.renew();
    FileIdentity same = identity(program, GENERATION, 0);

    assertThat(file.test(inHost(link, same))).isEqualTo(Truth.MATCH);
    assertThat(file.test(inContainer(program, same, false))).isEqualTo(Truth.MATCH);
    assertThat(file.test(inContainer(Path.of("/elsewhere"), same, false))).isEqualTo(Truth.MATCH);
  }

  @Test
  void shouldBelieveThePathAloneOnlyInTheHostsNamespace() throws IOException {
    Path other = Files.writeString(folder.resolve("other"), "posing");
    FileIdentity posing = identity(other, GENERATION, 0);

    assertThat(file.test(inHost(program, posing))).isEqualTo(Truth.MATCH);
    assertThat(file.test(inContainer(program, posing, false))).isEqualTo(Truth.NO_MATCH);
    Path upper = Path.of(program.toString().replace("program", "PROGRAM"));
    assertThat(file.test(inHost(upper, posing))).isEqualTo(Truth.NO_MATCH);
  }

  @Test
  void shouldKnowUpgradedServiceByTheGenerationItTold() throws IOException {
    FileIdentity old = identity(program, GENERATION, 0);
    assertThat(file.test(inContainer(program, old, false))).isEqualTo(Truth.MATCH);
    FileIdentity unlinked = identity(program, GENERATION, 5_000_000);
    FileIdentity usedAgain = identity(program, GENERATION + 1, 9_000_000);

    upgrade();
    assertThat(file.test(inContainer(program, unlinked, true))).isEqualTo(Truth.MATCH);
    assertThat(file.test(inContainer(program, usedAgain, true))).isEqualTo(Truth.NO_MATCH);
    assertThat(file.test(inContainer(program, identity(program, 5, 0), false)))
        .isEqualTo(Truth.MATCH);
    assertThat(file.test(inHost(program, unlinked))).isEqualTo(Truth.MATCH);
  }

  @Test
  void shouldNotGuessWhichUseOfTheInodeItIs() throws IOException {
    FileIdentity unlinked = identity(program, FileIdentity.NO_GENERATION, 5_000_000);
    FileIdentity asLastSeen = identity(program, FileIdentity.NO_GENERATION, 0);
    upgrade();

    assertThat(file.test(inContainer(program, unlinked, true))).isEqualTo(Truth.UNKNOWN);
    assertThat(file.test(inContainer(program, asLastSeen, true))).isEqualTo(Truth.MATCH);
  }

  @Test
  void shouldSayUnknownForWhatWasDeletedUnderThePathBeforeAnybodyLooked() throws IOException {
    Path other = Files.writeString(folder.resolve("other"), "before");
    FileIdentity before = identity(other, GENERATION, 0);

    assertThat(file.test(inContainer(program, before, true))).isEqualTo(Truth.UNKNOWN);
  }

  @Test
  void shouldFollowFileThatIsChangedInPlaceOrComesWithTheOldNumber() throws IOException {
    assertThat(file.test(inContainer(program, identity(program, GENERATION, 0), false)))
        .isEqualTo(Truth.MATCH);
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
    FileIdentity reused = identity(program, GENERATION + 1, 0);

    file.renew();
    assertThat(file.test(inContainer(program, reused, false))).isEqualTo(Truth.MATCH);
    FileIdentity later = identity(program, GENERATION + 1, 1_000_000);
    assertThat(file.test(inContainer(program, later, false))).isEqualTo(Truth.MATCH);
  }

  @Test
  void shouldRememberFewFormerFilesAndForgetThatWhichComesBack() throws IOException {
    for (int i = 0; i < 20; i++) {
      upgrade();
    }
    assertThat(file.former()).hasSizeBetween(1, 8);

    Path kept = Files.createLink(folder.resolve("kept"), program);
    long inode = file.identity().inode();
    upgrade();
    assertThat(file.former().get(0).inode()).isEqualTo(inode);
    Files.move(kept, program, StandardCopyOption.REPLACE_EXISTING);
    file.renew();
    assertThat(file.identity().inode()).isEqualTo(inode);
    assertThat(file.former()).extracting(HostFile.Identity::inode).doesNotContain(inode);
  }
}
