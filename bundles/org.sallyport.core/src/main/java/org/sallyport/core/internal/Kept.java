// SPDX-License-Identifier: Apache-2.0
package org.sallyport.core.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.sallyport.api.backend.MarkLayout;
import org.sallyport.core.internal.document.History;
import org.sallyport.core.internal.document.Journal;
import org.sallyport.core.internal.policy.Generations;
import org.sallyport.core.internal.policy.LastGoodFile;
import org.sallyport.core.internal.policy.RuleCounters;
import org.sallyport.core.internal.policy.StoreBook;
import org.sallyport.core.internal.settings.SettingsFiles;
import org.sallyport.kernel.conntrack.ConntrackMarks;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a daemon finds of an earlier one's state, and keeps for the next. */
record Kept(
    Path folder,
    StartRepairs repairs,
    SettingsFiles settings,
    RuleCounters counters,
    LastGoodFile lastGood,
    StoreBook book,
    Generations generations,
    History history,
    Journal journal) {

  private static final Logger LOG = LoggerFactory.getLogger(Kept.class);

  /** How long clearing our marks from all flows may take; a full table takes under a second. */
  private static final long SWEEP_PATIENCE_MS = 10_000;

  /**
   * Reads everything. What is damaged and can be made again is put aside.
   *
   * @throws IOException if settings cannot be read: running without could open what they close
   */
  static Kept load(Folders folders) throws IOException {
    Path state = folders.state();
    StartRepairs repairs = new StartRepairs();
    repairs.removeLeftovers(state);
    SettingsFiles settings = SettingsFiles.load(folders.etc(), state, repairs);
    Path figures = state.resolve("counters");
    RuleCounters counters =
        repairs.readOrPutAside(
            figures, () -> new RuleCounters(figures, boot()), "all rules count from zero");
    Path good = state.resolve("last-good.yaml");
    LastGoodFile lastGood = new LastGoodFile(good);
    String lost = "rule files that are broken now have nothing to stand in";
    StoreBook book = new StoreBook(counters, repairs.readOrPutAside(good, lastGood::load, lost));
    Path past = state.resolve("history");
    return new Kept(
        state,
        repairs,
        settings,
        counters,
        lastGood,
        book,
        generations(state.resolve("generation"), settings.current().marks(), repairs),
        repairs.readOrPutAside(past, () -> History.load(past, repairs), "a new one begins"),
        new Journal(state.resolve("journal.yaml"), repairs));
  }

  /** What tells this start of the machine from others, proc_sys_kernel_random(5). */
  private static String boot() {
    try {
      return Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip();
    } catch (IOException e) {
      return "unknown"; // then a kernel counter that runs behind tells by itself
    }
  }

  private static Generations generations(Path file, MarkLayout marks, StartRepairs repairs)
      throws IOException {
    Generations.Sweep sweep = () -> ConntrackMarks.clear(marks.mask(), SWEEP_PATIENCE_MS);
    return repairs.readOrPutAside(
        file, () -> new Generations(file, marks, sweep), "all flows are judged afresh");
  }

  /** Keeps the policy that is in force; answers with what is wrong if it could not. */
  Optional<String> remember() {
    try {
      lastGood.save(book.lastGood());
      counters.save();
      return Optional.empty();
    } catch (IOException e) {
      LOG.error("the policy is in force but could not be remembered", e);
      return Optional.of("the policy would not survive a restart: " + e.getMessage());
    }
  }

  /** Keeps the counters for the next start. */
  void saveCounters() {
    try {
      counters.save();
    } catch (IOException e) {
      LOG.warn("the rules' counters could not be saved", e);
    }
  }
}
