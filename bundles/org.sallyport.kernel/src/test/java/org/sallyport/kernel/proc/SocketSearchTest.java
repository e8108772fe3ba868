// SPDX-License-Identifier: Apache-2.0
package org.sallyport.kernel.proc;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SocketSearchTest {

  private static final long DEADLINE = Long.MAX_VALUE / 2;

  @TempDir Path folder;
  private FakeProc fake;
  private SocketSearch search;
  private final AtomicLong nowNs = new AtomicLong();
  private Path curl;
  private Path python;

  @BeforeEach
  void build() throws Exception {
    fake = new FakeProc(folder.resolve("proc"));
    search = new SocketSearch(new ProcFs(fake.root()), 4, nowNs::get);
    curl = Files.writeString(folder.resolve("curl"), "x");
    python = Files.writeString(folder.resolve("python"), "x");
    fake.process(10, 1, "python").executable(10, python);
    fake.process(20, 10, "curl").executable(20, curl).socket(20, 5, 777);
    fake.socket(20, 3, 770).socket(20, 4, 771);
  }

  @AfterEach
  void close() {
    search.close();
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
  void shouldFindANewSocketQuicklyWhereTheLastOnesWere() throws Exception {
    assertThat(search.quick(777, 1000)).as("before any walk").isEmpty();
    find(777);
    assertThat(search.quick(777, 1000)).as("remembered").isPresent();
    fake.socket(20, 6, 778);
    assertThat(search.quick(778, 1000)).contains(new SocketHolder(20, 200, 6));
    fake.socket(20, 5, 779);
    assertThat(search.quick(779, 1000)).contains(new SocketHolder(20, 200, 5));
    fake.socket(20, 30, 780);
    assertThat(search.quick(780, 1000)).as("needs a longer look").isEmpty();
    assertThat(search.quick(778, 1)).as("remembered, whoever asks").isPresent();
    assertThat(search.quick(781, 1)).as("another user").isEmpty();
    assertThat(search.counters().walks()).isEqualTo(1);
  }

  /** Others open sockets meanwhile, so the kernel's numbers run ahead of the descriptors. */
  @Test
  void shouldFindQuicklyWhatAHastyProgramOpenedLongSince() throws Exception {
    find(777);
    for (int i = 1; i <= 200; i++) {
      fake.socket(20, 5 + i, 777 + 3L * i);
    }
    assertThat(search.quick(777 + 300, 1000)).contains(new SocketHolder(20, 200, 105));
    assertThat(search.quick(777 + 600, 1000)).contains(new SocketHolder(20, 200, 205));
    assertThat(search.quick(777 + 30, 1000)).contains(new SocketHolder(20, 200, 15));
    assertThat(search.quick(777 + 601, 1000)).as("nobody's").isEmpty();
    assertThat(search.counters().walks()).isEqualTo(1);
  }

  @Test
  void shouldNotFindQuicklyWhatTheWalkSawElsewhere() throws Exception {
    fake.socket(10, 6, 790).socket(10, 7, 791).socket(20, 6, 791);
    find(777);
    fake.link(20, "fd/5", "/dev/null").socket(20, 5, 790);
    assertThat(search.quick(790, 1000)).as("taken over, perhaps shared").isEmpty();
    assertThat(search.quick(791, 1000)).as("shared").isEmpty();
    assertThat(find(791)).isEqualTo(new SearchResult.Shared());
  }

  /** Many questions may wait while one walks: what the walk saw answers them too. */
  @Test
  void shouldWalkOnceForAllSocketsThatTheWalkSaw() throws Exception {
    fake.socket(20, 6, 790).socket(20, 7, 791).socket(10, 3, 792);
    find(777);
    assertThat(search.quick(790, 1000)).contains(new SocketHolder(20, 200, 6));
    assertThat(search.quick(792, 1000)).as("needs a longer look").isEmpty();
    assertThat(find(792)).isEqualTo(new SearchResult.Found(new SocketHolder(10, 100, 3)));
    fake.process(31, 20, "sh").executable(31, python).socket(31, 4, 791);
    assertThat(find(791)).as("a child since").isEqualTo(new SearchResult.Shared());
    assertThat(search.counters().walks()).isEqualTo(1);
  }

  @Test
  void shouldNotFindQuicklyInAProcessThatIsYoungerThanTheWalk() throws Exception {
    find(777);
    fake.startTime(20, 10, "curl", 1_000_000).socket(20, 6, 778);
    assertThat(search.quick(778, 1000)).isEmpty();
  }

  @Test
  void shouldSeeQuicklyThatANewcomerSharesTheSocket() throws Exception {
    find(777);
    fake.socket(20, 6, 778).process(31, 20, "sh").executable(31, python).socket(31, 4, 778);
    assertThat(search.quick(778, 1000)).isEmpty();
    assertThat(find(778)).isEqualTo(new SearchResult.Shared());
    fake.remove(31);
    fake.socket(20, 5, 779);
    assertThat(search.quick(779, 1000)).isPresent();
  }

  /** Ids go round: one above the newest may have died and been given out again. */
  @Test
  void shouldTakeAReusedIdForANewcomer() throws Exception {
    fake.process(21, 1, "sh").executable(21, python).newestId(20);
    find(777);
    fake.newestId(21).startTime(21, 20, "sh", 1_000_001).socket(20, 6, 778).socket(21, 3, 778);
    assertThat(find(778)).isEqualTo(new SearchResult.Shared());
  }

  @Test
  void shouldSpareItselfYoungProcessesByAnotherWalk() throws Exception {
    find(777);
    fake.process(31, 1, "sh").executable(31, python).socket(20, 6, 778);
    nowNs.addAndGet(300_000_000);
    assertThat(search.quick(778, 1000)).isPresent();
    long endNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (search.counters().walks() < 2 && System.nanoTime() - endNs < 0) {
      Thread.onSpinWait();
    }
    assertThat(search.counters().walks()).isEqualTo(2);
  }

  @Test
  void shouldNotTakeAThreadForAProcess() throws Exception {
    find(777);
    fake.process(40, 20, "curl").file(40, "status", "Name:\tcurl\nTgid:\t20\n");
    fake.socket(20, 6, 778).socket(40, 6, 778).remove(40);
    assertThat(search.quick(778, 1000)).isPresent();
  }

  @Test
  void shouldWalkWhereIdsMayHaveGoneRound() throws Exception {
    find(777);
    fake.socket(20, 6, 778).forks(20_000);
    nowNs.addAndGet(1_000_000_000);
    assertThat(search.quick(778, 1000)).isEmpty();
    assertThat(find(778)).isInstanceOf(SearchResult.Found.class);
    assertThat(search.counters().walks()).isEqualTo(2);
  }

  @Test
  void shouldLookThroughTheListWhereManyProcessesAreNew() throws Exception {
    find(777);
    fake.socket(20, 6, 778).process(300, 1, "sh").executable(300, python).socket(300, 1, 778);
    assertThat(find(778)).isEqualTo(new SearchResult.Shared());
    fake.socket(20, 5, 779).process(9, 1, "sh").executable(9, python).socket(9, 1, 779);
    assertThat(find(779)).as("ids went round").isEqualTo(new SearchResult.Shared());
    assertThat(search.counters().walks()).isEqualTo(1);
  }

  @Test
  void shouldWalkWhereNewIdsAreNotTold() throws Exception {
    Files.delete(fake.root().resolve("loadavg"));
    find(777);
    fake.socket(20, 6, 778);
    assertThat(search.quick(778, 1000)).isEmpty();
    assertThat(find(778)).isInstanceOf(SearchResult.Found.class);
    assertThat(search.counters().walks()).isEqualTo(2);
  }

  @Test
  void shouldNotBelieveAReusedPid() throws Exception {
    find(777);
    fake.startTime(20, 10, "other", 1_000_001);
    assertThat(search.remembered(777)).isEmpty();
    assertThat(search.counters().stale()).isEqualTo(1);
    assertThat(find(777)).isEqualTo(new SearchResult.Found(new SocketHolder(20, 1_000_001, 5)));
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
    nowNs.addAndGet(SocketSearch.SHARING_CHECK_NS + 1);
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
    nowNs.addAndGet(SocketSearch.SHARING_CHECK_NS + 1);
    assertThat(search.remembered(777)).isEmpty();
  }

  @Test
  void shouldRespectTheDeadline() {
    nowNs.set(5);
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
