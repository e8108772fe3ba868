// SPDX-License-Identifier: Apache-2.0
package org.sallyport.attribution.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sallyport.api.subject.Ancestor;
import org.sallyport.api.subject.Fact;
import org.sallyport.api.subject.ProcessId;
import org.sallyport.api.subject.Subject;
import org.sallyport.api.subject.SubjectKind;
import org.sallyport.api.subject.SubjectView;
import org.sallyport.kernel.events.ProcessEvents;
import org.sallyport.kernel.proc.ProcFs;
import org.sallyport.kernel.proc.SocketSearch;

class ProcessFinderTest {

  private static final Owner OWNER =
      new Owner(new Fact.Known<>(1000L, "nfqueue"), new Fact.Known<>(100L, "nfqueue"));
  private static final String STATUS =
      "Name:\tx\nUid:\t1000\t1000\t1000\t1000\nGid:\t50\t51\t52\t53\nCapEff:\t0000000000002000\n";
  private static final long DEADLINE = Long.MAX_VALUE / 2;

  @TempDir Path folder;
  private Path root;
  private ProcessFinder finder;

  @BeforeEach
  void build() throws Exception {
    root = folder.resolve("proc");
    for (String name : List.of("init", "sh", "curl", "other")) {
      Files.writeString(folder.resolve(name), name);
    }
    process(1, 0, 5, "init");
    process(10, 1, 50, "sh");
    process(20, 10, 60, "curl");
    socket(20, 3, 777);
    ProcFs proc = new ProcFs(root);
    finder =
        new ProcessFinder(
            proc, new SocketSearch(proc, 16, () -> 0), ProcessEvents.none("a test"), "test");
  }

  @AfterEach
  void close() {
    finder.close();
  }

  @Test
  void shouldTellEverythingAboutTheProcess() {
    Subject subject = find(777);
    assertThat(subject.kind()).isEqualTo(SubjectKind.PROCESS);
    assertThat(subject.process()).isEqualTo(new Fact.Known<>(new ProcessId(20, 60), "test"));
    assertThat(subject.userId()).isEqualTo(OWNER.userId());
    assertThat(known(subject.executable()).path()).isEqualTo(folder.resolve("curl").toString());
    assertThat(known(subject.executable()).hostNamespace()).isTrue();
    assertThat(known(subject.processName())).isEqualTo("curl");
    assertThat(known(subject.processUserId())).isEqualTo(1000);
    assertThat(known(subject.processGroupId())).isEqualTo(50);
    assertThat(known(subject.cgroup())).isEqualTo("/user.slice");
    assertThat(known(subject.app())).isEmpty();
    assertThat(known(subject.container())).isEmpty();
    assertThat(subject.script()).as("not guessed").isInstanceOf(Fact.Unknown.class);
    assertThat(known(subject.capabilities())).isEqualTo(1L << 13);
    assertThat(known(subject.executable()).file().size()).isEqualTo(4);
    assertThat(known(subject.commandLine())).isEqualTo("curl -s");
    assertThat(known(subject.ancestors()))
        .extracting(Ancestor::process)
        .containsExactly(new ProcessId(10, 50), new ProcessId(1, 5));
  }

  @Test
  void shouldReadFactsOncePerViewAndAnewForTheNext() throws Exception {
    find(777);
    SubjectView before = finder.findNow(777, 1000, OWNER).orElseThrow();
    assertThat(known(before.executable()).path()).endsWith("/curl");
    link("20/exe", folder.resolve("other").toString());
    assertThat(known(before.executable()).path()).endsWith("/curl");
    SubjectView after = finder.findNow(777, 1000, OWNER).orElseThrow();
    assertThat(known(after.executable()).path()).endsWith("/other");
  }

  @Test
  void shouldNotTellFactsOfALaterProcessWithTheSameId() throws Exception {
    find(777);
    SubjectView view = finder.findNow(777, 1000, OWNER).orElseThrow();
    stat(20, 10, 9999, "other");
    assertThat(view.executable()).isEqualTo(new Fact.Unknown<>("the process is gone"));
    assertThat(view.commandLine()).isInstanceOf(Fact.Unknown.class);
  }

  @Test
  void shouldNotBelieveAParentYoungerThanItsChild() throws Exception {
    stat(10, 1, 61, "later");
    assertThat(find(777).ancestors()).isInstanceOf(Fact.Unknown.class);
  }

  @Test
  void shouldSeeThatAContainersProcessIsNotTheHosts() throws Exception {
    link("20/ns/mnt", "mnt:[2]");
    assertThat(known(find(777).executable()).hostNamespace()).isFalse();
  }

  @Test
  void shouldTakeSeveralSocketsAsOneOnlyForOneProgram() throws Exception {
    process(30, 1, 70, "curl");
    socket(30, 4, 778);
    assertThat(finder.find(List.of(777L, 778L), 1000, OWNER, DEADLINE).kind())
        .isEqualTo(SubjectKind.PROCESS);
    process(40, 1, 80, "other");
    socket(40, 4, 779);
    Subject subject = Subject.copyOf(finder.find(List.of(777L, 779L), 1000, OWNER, DEADLINE));
    assertThat(subject.kind()).isEqualTo(SubjectKind.UNKNOWN);
    assertThat(subject.userId()).isEqualTo(OWNER.userId());
  }

  @Test
  void shouldSayWhyNobodyWasFound() {
    assertThat(find(1).executable())
        .isEqualTo(new Fact.Unknown<>("no process holds the socket any more"));
    assertThat(finder.find(List.of(777L), 0, OWNER, 0).executable())
        .isEqualTo(new Fact.Unknown<>("the search took too long"));
    assertThat(finder.find(List.of(), 0, OWNER, DEADLINE).kind()).isEqualTo(SubjectKind.UNKNOWN);
  }

  private Subject find(long inode) {
    return Subject.copyOf(finder.find(List.of(inode), 1000, OWNER, DEADLINE));
  }

  private static <T> T known(Fact<T> fact) {
    assertThat(fact).isInstanceOf(Fact.Known.class);
    return ((Fact.Known<T>) fact).value();
  }

  private void process(int pid, int parent, long start, String name) throws IOException {
    Files.createDirectories(root.resolve(pid + "/fd"));
    Files.createDirectories(root.resolve(pid + "/ns"));
    stat(pid, parent, start, name);
    link(pid + "/ns/mnt", "mnt:[1]");
    link(pid + "/ns/user", "user:[1]");
    link(pid + "/exe", folder.resolve(name).toString());
    Files.writeString(root.resolve(pid + "/status"), STATUS);
    Files.writeString(root.resolve(pid + "/cgroup"), "0::/user.slice\n");
    Files.writeString(root.resolve(pid + "/cmdline"), name + "\0-s\0");
  }

  private void stat(int pid, int parent, long start, String name) throws IOException {
    String numbers = " S " + parent + " 1 1 0 -1 0 1 0 0 0 1 2 0 0 20 0 1 0 " + start + " 5 6\n";
    Files.writeString(root.resolve(pid + "/stat"), pid + " (" + name + ")" + numbers);
  }

  private void socket(int pid, int descriptor, long inode) throws IOException {
    link(pid + "/fd/" + descriptor, "socket:[" + inode + "]");
  }

  private void link(String name, String target) throws IOException {
    Files.deleteIfExists(root.resolve(name));
    Files.createSymbolicLink(root.resolve(name), Path.of(target));
  }
}
