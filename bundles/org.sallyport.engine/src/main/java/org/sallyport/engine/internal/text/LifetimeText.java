// SPDX-License-Identifier: Apache-2.0
package org.sallyport.engine.internal.text;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeParseException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.sallyport.api.decision.RuleSyntaxException;
import org.sallyport.api.rule.Lifetime;

/** Reads and prints durations and moments. */
final class LifetimeText {

  private static final Pattern SHORT =
      Pattern.compile("(?:(\\d{1,6})d)?(?:(\\d{1,6})h)?(?:(\\d{1,8})m)?(?:(\\d{1,9})s)?");

  private static final Instant FIRST = Instant.parse("0000-01-01T00:00:00Z");
  private static final Instant END = Instant.parse("+10000-01-01T00:00:00Z");

  private LifetimeText() {}

  static Lifetime.For readDuration(Word word) throws RuleSyntaxException {
    try {
      return new Lifetime.For(duration(word.text()));
    } catch (DateTimeParseException | ArithmeticException e) {
      throw new RuleSyntaxException(
          word.shown() + " is not a duration",
          word.column(),
          "Write for example 90s, 30m, 1h, 7d or PT1H.");
    } catch (IllegalArgumentException e) {
      throw new RuleSyntaxException(word.shown() + ": " + e.getMessage(), word.column(), "");
    }
  }

  private static Duration duration(String text) {
    Matcher parts = SHORT.matcher(text);
    if (text.isEmpty() || !parts.matches()) {
      return Duration.parse(text);
    }
    return Duration.ofDays(number(parts.group(1)))
        .plusHours(number(parts.group(2)))
        .plusMinutes(number(parts.group(3)))
        .plusSeconds(number(parts.group(4)));
  }

  private static long number(String digits) {
    return digits == null ? 0 : Long.parseLong(digits);
  }

  /** A date alone means the moment it begins: the shorter reading grants less. */
  static Lifetime.Until readMoment(Word word, ZoneId zone) throws RuleSyntaxException {
    try {
      Instant moment = moment(word.text(), zone);
      if (moment.isBefore(FIRST) || !moment.isBefore(END)) {
        throw new DateTimeException("not within the years that are read and printed alike");
      }
      return new Lifetime.Until(moment);
    } catch (DateTimeException e) {
      throw new RuleSyntaxException(
          word.shown() + " is not a moment",
          word.column(),
          "Write for example 2026-12-31, 2026-12-31T18:00 or 2026-12-31T18:00:00Z.");
    }
  }

  private static Instant moment(String text, ZoneId zone) {
    if (text.indexOf('T') < 0) {
      return LocalDate.parse(text).atStartOfDay(zone).toInstant();
    }
    int time = text.indexOf('T');
    boolean zoned =
        text.endsWith("Z") || text.indexOf('+', time) >= 0 || text.indexOf('-', time) >= 0;
    return zoned
        ? OffsetDateTime.parse(text).toInstant()
        : LocalDateTime.parse(text).atZone(zone).toInstant();
  }

  static String print(Duration duration) {
    long seconds = duration.getSeconds();
    if (duration.getNano() != 0) {
      return duration.toString();
    }
    if (seconds % 86_400 == 0) {
      return seconds / 86_400 + "d";
    }
    if (seconds % 3_600 == 0) {
      return seconds / 3_600 + "h";
    }
    return seconds % 60 == 0 ? seconds / 60 + "m" : seconds + "s";
  }
}
