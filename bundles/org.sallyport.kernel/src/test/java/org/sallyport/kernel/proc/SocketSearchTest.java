// SPDX-License-Identifier: Apache-2.0
package org.sallyport.kernel.proc;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SocketSearchTest {

  private static final long DEADLINE = Long.MAX_VALUE / 2;

  @TempDir Path folder;
  private FakeProc fake;
  private SocketSearch search;
  private long nowNs;
  private Path curl;
  private Path python;

  @BeforeEach
  void build() throws Exception {
    fake = new FakeProc(folder.resolve("proc"));
    search = new SocketSearch(new ProcFs(fake.root()), 4, () -> nowNs);
    curl = Files.writeString(folder.resolve("curl"), "x");
    python = Files.writeString(folder.resolve("python"), "x");
    fake.process(10, 1, "python").executable(10, python);
    fake.process(20, 10, "curl").executable(20, curl).socket(20, 5, 777);
  }

  @Test
  void shouldFindTheHolderAndRememberIt() {
    assertThat(search.remembered(777)).isEmpty();
    assertThat(find(777)).isEqualTo(new SearchResult.Found(new SocketHolder(20, 200, 5)));
    assertThat(search.remembered(777)).contains(new SocketHolder(20, 200, 5));
    assertThat(search.counters().walks()).isEqualTo(1);
    assertThat(search.counters().hits()).isEqualTo(1);
  }

  @Test
  void shouldLookFirstAtProcessesThatMatchedLately() throws Exception {
    find(777);
    fake.socket(20, 6, 778);
    assertThat(find(778)).isEqualTo(new SearchResult.Found(new SocketHolder(20, 200, 6)));
    assertThat(search.counters().walks()).isEqualTo(1);
    assertThat(search.counters().candidateHits()).isEqualTo(1);
  }

  @Test
  void shouldNotBelieveAReusedPid() throws Exception {
    find(777);
    fake.startTime(20, 10, "other", 9999);
    assertThat(search.remembered(777)).isEmpty();
    assertThat(search.counters().stale()).isEqualTo(1);
    assertThat(find(777)).isEqualTo(new SearchResult.Found(new SocketHolder(20, 9999, 5)));
    assertThat(search.counters().walks()).isEqualTo(2);
  }

  @Test
  void shouldNotBelieveAReusedDescriptor() throws Exception {
    find(777);
    fake.socket(20, 5, 888);
    assertThat(search.remembered(777)).isEmpty();
    assertThat(find(777)).isEqualTo(new SearchResult.NotFound());
  }

  @Test
  void shouldNotBelieveAVanishedProcess() throws Exception {
    find(777);
    fake.remove(20);
    assertThat(search.remembered(777)).isEmpty();
    assertThat(find(777)).isEqualTo(new SearchResult.NotFound());
    assertThat(search.counters().notFound()).isEqualTo(1);
  }

  @Test
  void shouldNotNameOneOfSeveralProgramsThatShareASocket() throws Exception {
    fake.socket(10, 3, 777);
    assertThat(find(777)).isEqualTo(new SearchResult.Shared());
    assertThat(search.remembered(777)).isEmpty();
  }

  @Test
  void shouldSeeSharersToWhomACandidateHandedItDown() throws Exception {
    find(777);
    fake.process(30, 20, "sh").executable(30, python).socket(30, 6, 779).socket(20, 7, 779);
    assertThat(find(779)).isEqualTo(new SearchResult.Shared());
    assertThat(search.counters().walks()).isEqualTo(1);
  }

  /** Its opener goes on sending from it, and is no relative of the orphan. */
  @Test
  void shouldNotNameAnOrphanThatInheritedTheSocket() throws Exception {
    fake.process(30, 1, "sleep").executable(30, curl).socket(30, 3, 900).socket(10, 3, 900);
    assertThat(find(900)).isEqualTo(new SearchResult.Shared());
  }

  @Test
  void shouldNotNameAnOrphanThatIsKnownForASocketOfItsOwn() throws Exception {
    fake.process(30, 1, "sleep").executable(30, curl).socket(30, 3, 900).socket(10, 3, 900);
    fake.socket(30, 4, 901);
    assertThat(find(901)).isInstanceOf(SearchResult.Found.class);
    assertThat(find(900)).isEqualTo(new SearchResult.Shared());
  }

  @Test
  void shouldSeeSharersThatStartedSince() throws Exception {
    find(777);
    fake.socket(20, 6, 778).process(31, 1, "sh").executable(31, python).socket(31, 6, 778);
    assertThat(find(778)).isEqualTo(new SearchResult.Shared());
    assertThat(search.counters().walks()).isEqualTo(1);
  }

  @Test
  void shouldWalkAgainAfterAWhile() throws Exception {
    find(777);
    nowNs += SocketSearch.SHARING_CHECK_NS + 1;
    fake.socket(20, 6, 778).process(5, 1, "sh").executable(5, python).socket(5, 6, 778);
    assertThat(find(778)).isEqualTo(new SearchResult.Shared());
    assertThat(search.counters().walks()).isEqualTo(2);
  }

  @Test
  void shouldNameAProgramWhoseOwnChildrenShareTheSocket() throws Exception {
    fake.process(30, 20, "curl").executable(30, curl).socket(30, 5, 777);
    assertThat(find(777)).isInstanceOf(SearchResult.Found.class);
    assertThat(find(777)).isInstanceOf(SearchResult.Found.class);
  }

  @Test
  void shouldLookForSharersAgainAfterAWhile() {
    find(777);
    nowNs += SocketSearch.SHARING_CHECK_NS + 1;
    assertThat(search.remembered(777)).isEmpty();
  }

  @Test
  void shouldRespectTheDeadline() {
    nowNs = 5;
    assertThat(search.search(777, 0, 5)).isEqualTo(new SearchResult.TimedOut());
    assertThat(search.counters().timedOut()).isEqualTo(1);
  }

  @Test
  void shouldRememberOnlySoMany() throws Exception {
    for (int i = 0; i < 5; i++) {
      fake.socket(20, 50 + i, 900 + i);
      find(900 + i);
    }
    assertThat(search.remembered(900)).isEmpty();
    assertThat(search.remembered(904)).isPresent();
  }

  private SearchResult find(long inode) {
    return search.search(inode, 1000, DEADLINE);
  }
}
