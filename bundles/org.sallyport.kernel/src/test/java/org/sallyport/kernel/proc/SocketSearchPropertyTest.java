// SPDX-License-Identifier: Apache-2.0
package org.sallyport.kernel.proc;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Programs open and close sockets, fork, execute other files and end, and ids are given out again:
 * whatever happens, a search names a program only if every holder of the socket runs its file.
 */
class SocketSearchPropertyTest {

  private static final int WORLDS = 20;
  private static final int STEPS = 60;
  private static final int ID_RANGE = 40;
  private static final int MAX_PROCESSES = 12;
  private static final int FIRST_ID = 300;
  private static final long DEADLINE = Long.MAX_VALUE / 2;

  @TempDir Path folder;

  @Test
  void shouldNeverNameAProgramWhereAnotherHoldsTheSocketToo() throws Exception {
    long quick = 0;
    for (int seed = 0; seed < WORLDS; seed++) {
      Path world = Files.createDirectory(folder.resolve("world" + seed));
      quick += new World(world, seed).run().candidateHits();
    }
    assertThat(quick).as("finds without a walk").isGreaterThan(WORLDS);
  }

  /** What the fake folder shows, kept beside it. */
  private static final class World {

    private final int seed;
    private final Random random;
    private final FakeProc fake;
    private final FakeProc womb;
    private final List<Path> files = new ArrayList<>();
    private final AtomicLong nowNs = new AtomicLong();
    private final TreeMap<Integer, Map<Integer, Long>> held = new TreeMap<>();
    private final Map<Integer, Integer> runs = new HashMap<>();
    private final Set<Long> searched = new HashSet<>();
    private int lastId = FIRST_ID;
    private int forks;
    private long lastInode = 1000;

    World(Path folder, int seed) throws IOException {
      this.seed = seed;
      this.random = new Random(seed);
      fake = new FakeProc(folder.resolve("proc"));
      womb = new FakeProc(folder.resolve("womb"));
      for (int i = 0; i < 3; i++) {
        files.add(Files.writeString(folder.resolve("file" + i), "x"));
      }
      Files.writeString(fake.root().resolve("sys/kernel/pid_max"), (FIRST_ID + ID_RANGE) + "\n");
    }

    SearchCounters run() throws IOException {
      for (int i = 0; i < 4; i++) {
        start(Optional.empty());
      }
      try (SocketSearch search = new SocketSearch(new ProcFs(fake.root()), 64, nowNs::get)) {
        for (int i = 0; i < STEPS; i++) {
          step();
          long inode = anySocket();
          // what was found once is believed for a while, which is another promise
          if (searched.add(inode)) {
            search.quick(inode, 0).ifPresent(holder -> check(inode, holder));
          }
          if (search.search(inode, 0, DEADLINE) instanceof SearchResult.Found found) {
            check(inode, found.holder());
          }
        }
        return search.counters();
      }
    }

    /** Mostly one that was opened lately: what all hold is found by walks alone. */
    private long anySocket() {
      List<Long> all = held.values().stream().flatMap(s -> s.values().stream()).sorted().toList();
      return all.isEmpty() ? lastInode : all.get(all.size() - 1 - random.nextInt(all.size()) / 4);
    }

    private void step() throws IOException {
      int pid = new ArrayList<>(held.keySet()).get(random.nextInt(held.size()));
      boolean many = held.size() > MAX_PROCESSES;
      switch (random.nextInt(8)) {
        case 0 -> {
          if (!many) {
            start(Optional.of(pid));
            execute(lastId, random.nextInt(files.size()));
          }
        }
        case 1 -> end(pid);
        case 2 -> execute(pid, random.nextInt(files.size()));
        case 3 -> close(pid);
        case 4 -> {
          nowNs.addAndGet(random.nextInt(2_000) * 1_000_000L);
          long unused = ticks();
        }
        default -> open(pid);
      }
    }

    private void start(Optional<Integer> parent) throws IOException {
      do {
        lastId = lastId >= FIRST_ID + ID_RANGE ? FIRST_ID : lastId + 1;
        forks++;
      } while (held.containsKey(lastId));
      int file = parent.map(runs::get).orElse(random.nextInt(files.size()));
      womb.process(lastId, 1, "x").startTime(lastId, 1, "x", ticks());
      womb.executable(lastId, files.get(file));
      Map<Integer, Long> sockets = new TreeMap<>(parent.map(held::get).orElse(Map.of()));
      for (var entry : sockets.entrySet()) {
        womb.socket(lastId, entry.getKey(), entry.getValue());
      }
      // as in copy_process(): its descriptors first, its id next, and last it can be seen
      fake.newestId(lastId).forks(forks);
      String name = Integer.toString(lastId);
      Files.move(womb.root().resolve(name), fake.root().resolve(name));
      held.put(lastId, sockets);
      runs.put(lastId, file);
    }

    /** The walk's own hundredth of a second counts as later, so the clocks stand together. */
    private long ticks() throws IOException {
      fake.uptime(1_000_000 + nowNs.get() / 10_000_000);
      return 1_000_000 + nowNs.get() / 10_000_000;
    }

    private void end(int pid) throws IOException {
      if (held.size() > 2) {
        held.remove(pid);
        fake.remove(pid);
      }
    }

    private void execute(int pid, int file) throws IOException {
      runs.put(pid, file);
      fake.executable(pid, files.get(file));
    }

    private void open(int pid) throws IOException {
      int descriptor = 3;
      while (held.get(pid).containsKey(descriptor)) {
        descriptor++;
      }
      put(pid, descriptor, ++lastInode);
    }

    private void put(int pid, int descriptor, long inode) throws IOException {
      held.get(pid).put(descriptor, inode);
      fake.socket(pid, descriptor, inode);
    }

    private void close(int pid) throws IOException {
      if (!held.get(pid).isEmpty()) {
        int descriptor = held.get(pid).keySet().iterator().next();
        held.get(pid).remove(descriptor);
        Files.delete(fake.root().resolve(pid + "/fd/" + descriptor));
      }
    }

    private void check(long inode, SocketHolder holder) {
      assertThat(held.get(holder.pid())).containsEntry(holder.descriptor(), inode);
      int file = runs.get(holder.pid());
      held.forEach(
          (pid, sockets) -> {
            if (sockets.containsValue(inode)) {
              assertThat(runs.get(pid)).as("what %d runs in world %d", pid, seed).isEqualTo(file);
            }
          });
    }
  }
}
