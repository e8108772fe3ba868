// SPDX-License-Identifier: Apache-2.0
package org.sallyport.core.internal.settings;

import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.sallyport.api.backend.Choice;
import org.sallyport.api.backend.FailModes;
import org.sallyport.api.backend.MarkLayout;
import org.sallyport.api.backend.Mode;
import org.sallyport.api.backend.Situation;
import org.sallyport.api.decision.Verdict;
import org.sallyport.api.packet.Direction;

/** What each setting's text means. Keys are flat: {@code default.out}, {@code fail.queue-full}. */
final class SettingKeys {

  static final String FAIL = "fail";

  /** Where commands put rules; no part of {@link Settings}, which a policy is compiled under. */
  static final String STORE = "store";

  /** The source of subjects that is used; no part of {@link Settings} either. */
  static final String ATTRIBUTION = "attribution";

  /** The active backends in order, by name. */
  static final String BACKENDS = "backends";

  private static final Pattern NAME = Pattern.compile("[a-z0-9-]{1,24}");

  private SettingKeys() {}

  /**
   * The settings with one of them changed.
   *
   * @throws IllegalArgumentException with a sentence for a person if the key or value makes no
   *     sense
   */
  static Settings apply(Settings base, String key, String value) {
    if (key.startsWith("default.")) {
      return withDefault(base, key.substring("default.".length()), value);
    }
    if (key.startsWith("fail.")) {
      return withFail(base, key.substring("fail.".length()), value);
    }
    return switch (key) {
      case "mode" ->
          with(base, word(Mode.class, value), base.failModes(), base.loopback(), base.armed());
      case FAIL -> with(base, base.mode(), preset(value), base.loopback(), base.armed());
      case "loopback" -> with(base, base.mode(), base.failModes(), bool(value), base.armed());
      case "armed" -> with(base, base.mode(), base.failModes(), base.loopback(), bool(value));
      case "mark-mask" -> withKernel(base, mask(value), base.queueNumber());
      case "queue" -> withKernel(base, base.marks(), number(value, 0, 0xffff));
      case "stores" -> withWaits(base, base.waits().withStores(names(value)));
      case "providers" -> withWaits(base, base.waits().withProviders(names(value)));
      case "boot-deadline" -> withWaits(base, base.waits().withBootDeadline(seconds(value, 600)));
      case "swap-grace" -> withWaits(base, base.waits().withSwapGrace(seconds(value, 60)));
      case BACKENDS -> withStack(base, names(value));
      case STORE -> {
        requireName(value, "a store");
        yield base;
      }
      case ATTRIBUTION -> {
        requireName(value, "a source of subjects");
        yield base;
      }
      default ->
          throw new IllegalArgumentException(
              "there is no setting '"
                  + key
                  + "'; known are mode, default.out, default.in, default.forward, fail,"
                  + " fail.SITUATION, loopback, armed, mark-mask, queue, attribution, backends,"
                  + " store, stores, providers, boot-deadline, swap-grace");
    };
  }

  private static void requireName(String name, String what) {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException("'" + name + "' is no name of " + what);
    }
  }

  private static Settings withStack(Settings base, List<String> stack) {
    stack.forEach(name -> requireName(name, "a backend"));
    return new Settings(
        base.mode(),
        base.defaults(),
        base.failModes(),
        base.loopback(),
        base.armed(),
        base.marks(),
        base.queueNumber(),
        base.waits(),
        stack);
  }

  private static Settings withDefault(Settings base, String direction, String value) {
    Map<Direction, Verdict> defaults = new EnumMap<>(base.defaults());
    defaults.put(word(Direction.class, direction), word(Verdict.class, value));
    return new Settings(
        base.mode(),
        defaults,
        base.failModes(),
        base.loopback(),
        base.armed(),
        base.marks(),
        base.queueNumber(),
        base.waits(),
        base.stack());
  }

  private static Settings withFail(Settings base, String word, String value) {
    Situation situation =
        Situation.parse(word)
            .orElseThrow(
                () -> new IllegalArgumentException("there is no situation '" + word + "'"));
    Choice choice = word(Choice.class, value);
    if (!situation.choices().contains(choice)) {
      throw new IllegalArgumentException(
          word + " is one of " + situation.choices().stream().map(Choice::word).toList());
    }
    return with(
        base, base.mode(), base.failModes().with(situation, choice), base.loopback(), base.armed());
  }

  private static Settings with(
      Settings base, Mode mode, FailModes fail, boolean loopback, boolean armed) {
    return new Settings(
        mode,
        base.defaults(),
        fail,
        loopback,
        armed,
        base.marks(),
        base.queueNumber(),
        base.waits(),
        base.stack());
  }

  private static Settings withKernel(Settings base, MarkLayout marks, int queue) {
    return new Settings(
        base.mode(),
        base.defaults(),
        base.failModes(),
        base.loopback(),
        base.armed(),
        marks,
        queue,
        base.waits(),
        base.stack());
  }

  private static Settings withWaits(Settings base, Waits waits) {
    return new Settings(
        base.mode(),
        base.defaults(),
        base.failModes(),
        base.loopback(),
        base.armed(),
        base.marks(),
        base.queueNumber(),
        waits,
        base.stack());
  }

  private static FailModes preset(String value) {
    return switch (value) {
      case "closed" -> FailModes.CLOSED;
      case "open" -> FailModes.OPEN;
      default -> throw new IllegalArgumentException("fail is closed or open, not '" + value + "'");
    };
  }

  private static <E extends Enum<E>> E word(Class<E> type, String text) {
    E[] all = type.getEnumConstants();
    for (E constant : all) {
      if (constant.name().toLowerCase(Locale.ROOT).replace('_', '-').equals(text)) {
        return constant;
      }
    }
    List<String> words =
        Arrays.stream(all).map(e -> e.name().toLowerCase(Locale.ROOT).replace('_', '-')).toList();
    throw new IllegalArgumentException("'" + text + "' is none of " + words);
  }

  private static boolean bool(String text) {
    return switch (text) {
      case "true" -> true;
      case "false" -> false;
      default -> throw new IllegalArgumentException("'" + text + "' is neither true nor false");
    };
  }

  private static int number(String text, int least, int most) {
    if (!text.matches("\\d{1,6}")
        || Integer.parseInt(text) < least
        || Integer.parseInt(text) > most) {
      throw new IllegalArgumentException(
          "'" + text + "' is not a number from " + least + " to " + most);
    }
    return Integer.parseInt(text);
  }

  private static MarkLayout mask(String text) {
    long mask = -1;
    try {
      mask = Long.decode(text);
    } catch (NumberFormatException e) {
      // no number is a number out of range
    }
    if (mask < 0 || mask > 0xffff_ffffL) {
      throw new IllegalArgumentException("'" + text + "' is not a mask such as 0xffff0000");
    }
    return new MarkLayout((int) mask);
  }

  private static Duration seconds(String text, int most) {
    return Duration.ofSeconds(
        number(text.endsWith("s") ? text.substring(0, text.length() - 1) : text, 1, most));
  }

  private static List<String> names(String text) {
    return text.isBlank() ? List.of() : List.of(text.strip().split("\\s*,\\s*"));
  }
}
