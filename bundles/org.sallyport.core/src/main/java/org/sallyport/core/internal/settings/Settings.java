// SPDX-License-Identifier: Apache-2.0
package org.sallyport.core.internal.settings;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.sallyport.api.backend.FailModes;
import org.sallyport.api.backend.MarkLayout;
import org.sallyport.api.backend.Mode;
import org.sallyport.api.backend.Situation;
import org.sallyport.api.decision.Verdict;
import org.sallyport.api.packet.Direction;

/**
 * The settings in force.
 *
 * @param mode whether verdicts bind
 * @param defaults the verdict where no rule matches
 * @param failModes what to do when something goes wrong
 * @param loopback whether traffic of this host with itself is judged
 * @param armed whether anything of ours is to be in the kernel
 * @param marks our bits of the kernel's marks
 * @param queueNumber the NFQUEUE number, 0 to 65535
 * @param waits what is waited for, and how long
 * @param stack the names of the active backends in order; at least one, each once
 */
public record Settings(
    Mode mode,
    Map<Direction, Verdict> defaults,
    FailModes failModes,
    boolean loopback,
    boolean armed,
    MarkLayout marks,
    int queueNumber,
    Waits waits,
    List<String> stack) {

  /** What holds on a first start: observe, allow, closed, loopback off. */
  public static final Settings FIRST_START =
      new Settings(
          Mode.OBSERVE,
          Map.of(
              Direction.OUT, Verdict.ALLOW,
              Direction.IN, Verdict.ALLOW,
              Direction.FORWARD, Verdict.ALLOW),
          FailModes.CLOSED,
          false,
          true,
          new MarkLayout(MarkLayout.DEFAULT_MASK),
          5050,
          Waits.FIRST_START,
          List.of("nfqueue"));

  /** Refuses null and copies the collections. */
  public Settings {
    Objects.requireNonNull(mode, "mode");
    Objects.requireNonNull(failModes, "failModes");
    Objects.requireNonNull(marks, "marks");
    Objects.requireNonNull(waits, "waits");
    defaults = Map.copyOf(defaults);
    stack = List.copyOf(stack);
    if (stack.isEmpty() || Set.copyOf(stack).size() < stack.size()) {
      throw new IllegalArgumentException("backends are at least one, each once, not " + stack);
    }
  }

  /**
   * What belongs to the policy's text: mode, defaults, fail modes and loopback, each under its key.
   *
   * @return texts that {@link SettingsFiles#check} accepts
   */
  public Map<String, String> policyTexts() {
    Map<String, String> texts = new TreeMap<>();
    texts.put("mode", mode.word());
    defaults.forEach(
        (direction, verdict) -> texts.put("default." + word(direction), word(verdict)));
    for (Situation situation : Situation.values()) {
      texts.put("fail." + situation.word(), failModes.choice(situation).word());
    }
    texts.put("loopback", Boolean.toString(loopback));
    return texts;
  }

  private static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }
}
