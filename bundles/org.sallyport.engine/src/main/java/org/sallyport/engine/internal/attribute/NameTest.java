// SPDX-License-Identifier: Apache-2.0
package org.sallyport.engine.internal.attribute;

import java.util.List;
import org.sallyport.api.rule.Criterion;
import org.sallyport.api.rule.Operator;
import org.sallyport.engine.internal.text.CriterionException;

/**
 * Names that a process may have or not: of its script, its application, its container. To have none
 * is a value too, the word {@code none}; it is kept as an empty text, which no name can be.
 */
public final class NameTest {

  private static final String NONE = "none";
  private static final String SHORT_ID = "[0-9a-fA-F]{12}";
  private static final String UPPER_ID = "(?=.*[A-F])[0-9a-fA-F]{64}";
  private static final String APP = "(flatpak|snap|appimage):.+";

  private NameTest() {}

  static ValueTest<String> ofScript(Criterion criterion) {
    return of(criterion);
  }

  static ValueTest<String> ofApp(Criterion criterion) {
    for (String value : criterion.values()) {
      if (criterion.operator() == Operator.EQUALS && !value.equals(NONE) && !value.matches(APP)) {
        throw new CriterionException(
            "process.app: '" + value + "' names no application",
            "Write flatpak:ID, snap:NAME, appimage:FILE or none.");
      }
    }
    return of(criterion);
  }

  static ValueTest<String> ofContainer(Criterion criterion) {
    for (String value : criterion.values()) {
      if (criterion.operator() == Operator.EQUALS
          && (value.matches(SHORT_ID) || value.matches(UPPER_ID))) {
        throw new CriterionException(
            "process.container: '" + value + "' is not how a container's id is written",
            "Write its 64 digits with small letters, or ~DIGITS* for its start.");
      }
    }
    return of(criterion);
  }

  private static ValueTest<String> of(Criterion criterion) {
    if (criterion.operator() != Operator.EQUALS) {
      return TextTest.of(criterion);
    }
    List<String> values = criterion.values().stream().map(NameTest::read).toList();
    return TextTest.of(
        new Criterion(criterion.attribute(), criterion.operator(), values, criterion.negated()));
  }

  /** A name as a person writes it, as it is kept. */
  public static String read(String written) {
    return written.equals(NONE) ? "" : written;
  }

  /** A name as it is kept, for people. */
  static String words(String name) {
    return name.isEmpty() ? NONE : name;
  }
}
