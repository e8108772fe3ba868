// SPDX-License-Identifier: Apache-2.0
package org.sallyport.core.internal.policy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.sallyport.api.backend.KernelCount;
import org.sallyport.api.decision.RuleCounter;
import org.sallyport.core.internal.StateFiles;

/**
 * What each rule decided since it was added, across revisions and restarts. The map is confined to
 * the control thread; the counters themselves are hit by packet threads.
 */
public final class RuleCounters {

  private static final Pattern LINE =
      Pattern.compile(
          "([a-z0-9-]{1,24}) (\\d{1,18}) (\\d{1,18}) (\\d{1,18})(?: (\\d{1,18}) (\\d{1,18}))?");

  private static final String BOOT = "boot ";

  private final Path file;
  private final String boot;
  private final Map<String, RuleCounter> counters = new TreeMap<>();

  /** What the kernel's own counter of a rule said when it was read last. */
  private final Map<String, KernelCount> seen = new TreeMap<>();

  private String written = "";

  /**
   * Goes on from an earlier daemon's figures.
   *
   * @param file where they are kept
   * @param boot a word that is another one after each start of the machine, when the kernel's own
   *     counters begin at zero; no blanks
   * @throws IOException if the file exists and cannot be read
   */
  public RuleCounters(Path file, String boot) throws IOException {
    this.file = file;
    this.boot = boot;
    String text = StateFiles.read(file).orElse("");
    text.lines().forEach(this::resume);
    if (text.lines().noneMatch((BOOT + boot)::equals)) {
      seen.clear();
    }
  }

  private void resume(String line) {
    Matcher matcher = LINE.matcher(line);
    if (matcher.matches()) { // a damaged line costs a figure, never a start
      of(matcher.group(1))
          .resumeFrom(
              Long.parseLong(matcher.group(2)),
              Long.parseLong(matcher.group(3)),
              Long.parseLong(matcher.group(4)));
      if (matcher.group(5) != null) {
        long packets = Long.parseLong(matcher.group(5));
        seen.put(matcher.group(1), new KernelCount(packets, Long.parseLong(matcher.group(6))));
      }
    }
  }

  /**
   * Adds what the kernel counted for a rule since the last reading.
   *
   * @param ruleId the rule's id
   * @param now what the kernel's counter says
   * @param nowMs the wall clock, milliseconds since 1970
   */
  public void standing(String ruleId, KernelCount now, long nowMs) {
    RuleCounter counter = counters.get(ruleId);
    if (counter == null) {
      return; // a rule that is gone counts for nobody
    }
    KernelCount before = seen.getOrDefault(ruleId, KernelCount.ZERO);
    boolean anew = now.packets() < before.packets() || now.bytes() < before.bytes();
    KernelCount since = anew ? KernelCount.ZERO : before;
    if (now.packets() > since.packets()) {
      counter.add(now.packets() - since.packets(), now.bytes() - since.bytes(), nowMs);
    }
    seen.put(ruleId, now);
  }

  /**
   * The same for the last time: the kernel's counter of the rule is gone.
   *
   * @param ruleId the rule's id
   * @param last what it said
   * @param nowMs the wall clock, milliseconds since 1970
   */
  public void gone(String ruleId, KernelCount last, long nowMs) {
    standing(ruleId, last, nowMs);
    seen.remove(ruleId);
  }

  /**
   * A rule's counter, made at zero if there is none.
   *
   * @param ruleId the rule's id
   * @return the counter
   */
  public RuleCounter of(String ruleId) {
    return counters.computeIfAbsent(ruleId, id -> new RuleCounter());
  }

  /**
   * Forgets the counters of rules that are gone, so that a later rule of the same id starts at
   * zero.
   *
   * @param ruleIds the ids that are left
   */
  public void retain(Collection<String> ruleIds) {
    counters.keySet().retainAll(ruleIds);
    seen.keySet().retainAll(ruleIds);
  }

  /**
   * Writes the figures if they changed.
   *
   * @throws IOException if they could not be written
   */
  public void save() throws IOException {
    StringBuilder text = new StringBuilder(BOOT + boot + "\n");
    counters.forEach((id, counter) -> text.append(line(id, counter)).append('\n'));
    if (!text.toString().equals(written)) {
      StateFiles.write(file, text.toString());
      written = text.toString();
    }
  }

  private String line(String id, RuleCounter counter) {
    String line = id + " " + counter.packets() + " " + counter.bytes() + " " + counter.lastHitMs();
    KernelCount kernel = seen.get(id);
    return kernel == null ? line : line + " " + kernel.packets() + " " + kernel.bytes();
  }
}
