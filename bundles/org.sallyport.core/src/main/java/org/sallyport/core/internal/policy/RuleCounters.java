// SPDX-License-Identifier: Apache-2.0
package org.sallyport.core.internal.policy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.sallyport.api.decision.RuleCounter;
import org.sallyport.core.internal.StateFiles;

/**
 * What each rule decided since it was added, across revisions and restarts. The map is confined to
 * the control thread; the counters themselves are hit by packet threads.
 */
public final class RuleCounters {

  private static final Pattern LINE =
      Pattern.compile("([a-z0-9-]{1,24}) (\\d{1,18}) (\\d{1,18}) (\\d{1,18})");

  private final Path file;
  private final Map<String, RuleCounter> counters = new TreeMap<>();
  private String written = "";

  /**
   * Goes on from an earlier daemon's figures.
   *
   * @param file where they are kept
   * @throws IOException if the file exists and cannot be read
   */
  public RuleCounters(Path file) throws IOException {
    this.file = file;
    StateFiles.read(file).orElse("").lines().forEach(this::resume);
  }

  private void resume(String line) {
    Matcher matcher = LINE.matcher(line);
    if (matcher.matches()) { // a damaged line costs a figure, never a start
      of(matcher.group(1))
          .resumeFrom(
              Long.parseLong(matcher.group(2)),
              Long.parseLong(matcher.group(3)),
              Long.parseLong(matcher.group(4)));
    }
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
  }

  /**
   * Writes the figures if they changed.
   *
   * @throws IOException if they could not be written
   */
  public void save() throws IOException {
    StringBuilder text = new StringBuilder();
    counters.forEach(
        (id, c) ->
            text.append(id)
                .append(' ')
                .append(c.packets())
                .append(' ')
                .append(c.bytes())
                .append(' ')
                .append(c.lastHitMs())
                .append('\n'));
    if (!text.toString().equals(written)) {
      StateFiles.write(file, text.toString());
      written = text.toString();
    }
  }
}
