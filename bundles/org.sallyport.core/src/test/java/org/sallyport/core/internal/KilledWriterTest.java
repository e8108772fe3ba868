// SPDX-License-Identifier: Apache-2.0
package org.sallyport.core.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.sallyport.api.admin.PolicyDiff;
import org.sallyport.api.admin.PolicyRule;
import org.sallyport.api.admin.Revision;
import org.sallyport.api.backend.MarkLayout;
import org.sallyport.api.rule.Origin;
import org.sallyport.api.rule.RuleDefinition;
import org.sallyport.core.internal.document.History;
import org.sallyport.core.internal.document.PolicyDocument;
import org.sallyport.core.internal.policy.Generations;
import org.sallyport.core.internal.policy.LastGoodFile;
import org.sallyport.core.internal.policy.RuleCounters;
import org.sallyport.core.internal.settings.SettingsFiles;

/** A process that does nothing but write is killed with SIGKILL at moments of no choice. */
@Timeout(240)
class KilledWriterTest {

  private static final int KILLS = 25;
  private static final int MAX_DELAY_MS = 120;

  @TempDir Path state;

  /** What the child process runs: one round writes every file once and is told when done. */
  public static final class Writer {

    private Writer() {}

    /**
     * Writes until it is killed.
     *
     * @param arguments the folder and the first round's number
     */
    public static void main(String[] arguments) throws IOException, InterruptedException {
      Path folder = Path.of(arguments[0]);
      SettingsFiles settings = SettingsFiles.load(folder, folder, new StartRepairs());
      RuleCounters counters = new RuleCounters(folder.resolve("counters"), "boot-1");
      LastGoodFile lastGood = new LastGoodFile(folder.resolve("last-good.yaml"));
      History history = History.load(folder.resolve("history"), new StartRepairs());
      Generations generations = generations(folder);
      try (var acknowledged = java.nio.channels.Channels.newOutputStream(out())) {
        for (int round = Integer.parseInt(arguments[1]); ; round++) {
          settings.put("queue", "" + round % 60_000);
          counters.of("web").hit(1, round);
          counters.save();
          lastGood.save(Map.of("file", Map.of("a.yaml", rules(round))));
          history.record(entry(round));
          int generation = generations.next();
          acknowledged.write((round + " " + generation + "\n").getBytes(StandardCharsets.UTF_8));
        }
      }
    }

    private static java.nio.channels.FileChannel out() {
      return new java.io.FileOutputStream(java.io.FileDescriptor.out).getChannel();
    }
  }

  private static Generations generations(Path folder) throws IOException {
    MarkLayout marks = new MarkLayout(MarkLayout.DEFAULT_MASK);
    return new Generations(folder.resolve("generation"), marks, () -> {});
  }

  private static History.Entry entry(int round) {
    PolicyRule rule = new PolicyRule("r" + round, "deny out", round, true, "");
    PolicyDiff changes = new PolicyDiff(List.of(), List.of(rule), List.of());
    return new History.Entry(
        new Revision(round, Instant.EPOCH, "uid 0", "round " + round, changes),
        new PolicyDocument(Map.of("mode", "observe"), List.of(rule)),
        List.of());
  }

  /** Rules whose number and text both tell the round, so that a mixture of two is noticed. */
  private static List<RuleDefinition> rules(int round) {
    RuleDefinition rule =
        new RuleDefinition("r" + round, "deny out", round, true, "", new Origin("a.yaml", 1));
    return java.util.Collections.nCopies(1 + round % 40, rule);
  }

  @Test
  void shouldHoldTheLastAcknowledgedStateOrTheNextAfterEveryKill() throws Exception {
    Random random = new Random(7);
    int round = 1;
    long generation = 0;
    for (int kill = 0; kill < KILLS; kill++) {
      String last = lastLineOfKilledWriter(round, random.nextInt(MAX_DELAY_MS));
      round = Integer.parseInt(last.split(" ")[0]);
      generation = Integer.parseInt(last.split(" ")[1]);

      StateFiles.removeLeftovers(state);
      StartRepairs repairs = new StartRepairs();
      int queue = SettingsFiles.load(state, state, repairs).current().queueNumber();
      assertThat(queue).isBetween(round, round + 1);
      List<RuleDefinition> good =
          new LastGoodFile(state.resolve("last-good.yaml")).load().get("file").get("a.yaml");
      assertThat(good.get(0).priority()).isBetween(round, round + 1);
      assertThat(good).isEqualTo(rules(good.get(0).priority()));
      long packets = new RuleCounters(state.resolve("counters"), "boot-1").of("web").packets();
      assertThat(packets).isBetween((long) round, (long) round + 1 + kill);
      History history = History.load(state.resolve("history"), repairs);
      assertThat(history.newest()).isBetween((long) round, (long) round + 1);
      assertThat(history.revisions().size()).isBetween(1, History.MAX_REVISIONS + 1);
      assertThat(history.entry(history.newest())).contains(entry((int) history.newest()));
      assertThat(repairs.problems()).isEmpty();
      assertThat((long) generations(state).next()).as("never used").isGreaterThan(generation);
      assertThat(state.toFile().list()).noneMatch(name -> name.endsWith(".new"));
      round++;
    }
  }

  private String lastLineOfKilledWriter(int round, int delayMs) throws Exception {
    Process writer =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                "-XX:TieredStopAtLevel=1",
                Writer.class.getName(),
                state.toString(),
                "" + round)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try (BufferedReader lines = writer.inputReader(StandardCharsets.UTF_8)) {
      String last = lines.readLine();
      assertThat(last).as("the writer writes").isNotNull();
      boolean ended = writer.waitFor(delayMs, TimeUnit.MILLISECONDS); // a moment of no choice
      assertThat(ended).isFalse();
      // Through the handle, which leaves what was written before to be read.
      assertThat(writer.toHandle().destroyForcibly()).isTrue();
      assertThat(writer.waitFor(10, TimeUnit.SECONDS)).isTrue();
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        last = line.contains(" ") ? line : last;
      }
      return last;
    }
  }
}
