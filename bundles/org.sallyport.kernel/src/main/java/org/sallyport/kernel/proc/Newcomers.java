// SPDX-License-Identifier: Apache-2.0
package org.sallyport.kernel.proc;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;

/**
 * The processes that were made since some moment, told without a list of all: ids are given out one
 * after the other, so they are between the newest id of then and the newest of now. Once so many
 * were made that the ids may have gone round, nothing can be told any more. Thread-safe.
 */
final class Newcomers {

  /** More new ids than this are looked up in the list of all processes. */
  private static final int MAX_PROBES = 64;

  /**
   * How long an id may be given out before its process can be seen: it is between two lines of the
   * kernel's copy_process() then. A hundredfold of what a busy machine needs.
   */
  private static final long BIRTH_NS = TimeUnit.MILLISECONDS.toNanos(100);

  /** How many processes may be in that state at a time. */
  private static final int MAX_BEING_BORN = 8;

  /** No machine makes more processes and threads in a second; below that, none are counted. */
  private static final long FORKS_PER_MS = 200;

  private final ProcessList processes;
  private final LongSupplier clockNs;
  private final int firstId;
  private final long firstForks;
  private final Map<Integer, Long> unborn = new LinkedHashMap<>();
  private final Set<Integer> living = new HashSet<>();
  private int newestId;
  private long forks;
  private long countedNs;
  private long listUntilNs;
  private boolean lost;

  /**
   * Begins.
   *
   * @param newestId the newest id at this moment
   * @param forks the number of processes made until this moment
   * @param listed the ids that could be seen then; whose id was given out but not seen is a
   *     newcomer too
   */
  Newcomers(ProcessList processes, int newestId, long forks, int[] listed, LongSupplier clockNs) {
    this.processes = processes;
    this.clockNs = clockNs;
    this.firstId = newestId;
    this.firstForks = forks;
    this.newestId = newestId;
    countedNs = clockNs.getAsLong();
    listUntilNs = countedNs - 1;
    for (int id = Math.max(1, newestId - MAX_BEING_BORN + 1); id <= newestId; id++) {
      int sought = id;
      if (IntStream.of(listed).noneMatch(seen -> seen == sought)) {
        unborn.put(id, countedNs);
      }
    }
  }

  /**
   * Those that live now.
   *
   * @param limit how many at most
   * @return their ids; empty if they are more or cannot be told
   */
  synchronized Optional<int[]> now(int limit) {
    long nowNs = clockNs.getAsLong();
    OptionalInt latest = processes.newestId();
    lost |= latest.isEmpty() || mayHaveGoneRound(nowNs);
    if (lost) {
      return Optional.empty();
    }
    takeUp(latest.getAsInt(), nowNs);
    if (nowNs - listUntilNs <= 0) {
      list();
    }
    unborn.entrySet().removeIf(entry -> isDecided(entry.getKey(), entry.getValue(), nowNs));
    if (living.size() > limit) {
      living.removeIf(id -> processes.holderOf(id) == ProcessList.Holder.NOBODY);
    }
    return living.size() > limit
        ? Optional.empty()
        : Optional.of(living.stream().mapToInt(Integer::intValue).toArray());
  }

  /** Half of all ids are enough: a fork that fails late uses one up too, and is not counted. */
  private boolean mayHaveGoneRound(long nowNs) {
    long bound = processes.idRange() / 2;
    long atMost = ((nowNs - countedNs) / 1_000_000 + 1) * FORKS_PER_MS;
    if (forks + atMost < bound) {
      return false;
    }
    OptionalLong count = processes.forks();
    countedNs = nowNs;
    forks = count.orElse(Long.MAX_VALUE) - firstForks;
    return forks >= bound;
  }

  private void takeUp(int latest, long nowNs) {
    boolean few = latest >= newestId && latest - newestId + unborn.size() <= MAX_PROBES;
    if (few) {
      for (int id = newestId + 1; id <= latest; id++) {
        unborn.put(id, nowNs);
      }
    } else {
      unborn.clear();
      listUntilNs = nowNs + BIRTH_NS;
    }
    newestId = latest;
  }

  private void list() {
    for (int id : processes.all()) {
      boolean later = id > firstId;
      boolean notAfter = id <= newestId;
      if (firstId <= newestId ? later && notAfter : later || notAfter) {
        living.add(id);
      }
    }
  }

  private boolean isDecided(int id, long sinceNs, long nowNs) {
    return switch (processes.holderOf(id)) {
      case PROCESS -> {
        living.add(id);
        yield true;
      }
      case THREAD -> true;
      case NOBODY -> nowNs - sinceNs > BIRTH_NS;
    };
  }
}
