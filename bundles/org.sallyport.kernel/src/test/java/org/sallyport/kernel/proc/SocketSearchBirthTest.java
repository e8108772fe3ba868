// SPDX-License-Identifier: Apache-2.0
package org.sallyport.kernel.proc;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SocketSearchBirthTest {

  private static final long DEADLINE = Long.MAX_VALUE / 2;

  @TempDir Path folder;
  private final AtomicLong nowNs = new AtomicLong();

  /** Its id was given out and its descriptors were copied, but it was not listed yet. */
  @Test
  void shouldSeeThatOneBornDuringTheWalkSharesTheSocket() throws Exception {
    FakeProc fake = new FakeProc(folder.resolve("proc"));
    Path curl = Files.writeString(folder.resolve("curl"), "x");
    Path python = Files.writeString(folder.resolve("python"), "x");
    fake.process(20, 1, "curl").executable(20, curl).socket(20, 3, 777).socket(20, 4, 778);
    fake.newestId(31);
    try (SocketSearch search = new SocketSearch(new ProcFs(fake.root()), 4, nowNs::get)) {
      search.search(777, 1000, DEADLINE);
      assertThat(search.quick(778, 1000)).as("nobody was born").isPresent();
      fake.process(31, 20, "sh").executable(31, python).socket(31, 4, 778);
      assertThat(search.search(778, 1000, DEADLINE)).isEqualTo(new SearchResult.Shared());
      assertThat(search.counters().walks()).isEqualTo(1);
    }
  }

  /** It is looked at once, and what it holds by then may be its parent's too. */
  @Test
  void shouldWalkForWhatAYoungProcessMayHaveInherited() throws Exception {
    FakeProc fake = new FakeProc(folder.resolve("proc"));
    Path curl = Files.writeString(folder.resolve("curl"), "x");
    fake.process(20, 1, "curl").executable(20, curl).socket(20, 3, 777);
    try (SocketSearch search = new SocketSearch(new ProcFs(fake.root()), 4, nowNs::get)) {
      search.search(777, 1000, DEADLINE);
      fake.process(31, 1, "young").executable(31, curl).startTime(31, 1, "young", 1_000_001);
      fake.socket(31, 3, 800).socket(20, 4, 778);
      assertThat(search.quick(778, 1000)).as("of an old one").isPresent();
      assertThat(search.search(800, 1000, DEADLINE)).isInstanceOf(SearchResult.Found.class);
      long walks = search.counters().walks();
      assertThat(walks).as("what it may have inherited").isEqualTo(2);
    }
  }

  /** It closes its oldest socket when it opens one, so its numbers go round. */
  @Test
  void shouldFollowAProgramWhoseDescriptorsGoRound() throws Exception {
    FakeProc fake = new FakeProc(folder.resolve("proc"));
    Path curl = Files.writeString(folder.resolve("curl"), "x");
    fake.process(20, 1, "curl").executable(20, curl).socket(20, 3, 777);
    try (SocketSearch search = new SocketSearch(new ProcFs(fake.root()), 4, nowNs::get)) {
      search.search(777, 1000, DEADLINE);
      for (int i = 1; i <= 300; i++) {
        fake.socket(20, 3 + i % 100, 777 + 2L * i);
        if (i % 20 == 0) {
          long inode = 777 + 2L * (i - i % 7);
          assertThat(search.quick(inode, 1000))
              .as("socket %d", i)
              .contains(new SocketHolder(20, 200, 3 + (i - i % 7) % 100));
        }
      }
      assertThat(search.counters().walks()).isEqualTo(1);
    }
  }
}
