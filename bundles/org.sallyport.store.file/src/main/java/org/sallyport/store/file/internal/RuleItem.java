// SPDX-License-Identifier: Apache-2.0
package org.sallyport.store.file.internal;

import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.sallyport.api.rule.Origin;
import org.sallyport.api.rule.RuleDefinition;
import org.sallyport.api.rule.RuleId;
import org.sallyport.api.rule.StoreError;

/** Reads one item of a rule file's list. One object reads one item. */
final class RuleItem {

  private final YAMLParser yaml;
  private final String file;
  private final List<StoreError> errors;
  private final int errorsBefore;
  private String id = "";
  private String rule = "";
  private String comment = "";
  private int priority = RuleDefinition.DEFAULT_PRIORITY;
  private boolean enabled = true;

  private RuleItem(YAMLParser yaml, String file, List<StoreError> errors) {
    this.yaml = yaml;
    this.file = file;
    this.errors = errors;
    this.errorsBefore = errors.size();
  }

  /** Reads from the item's start to its end; empty if something is wrong with it. */
  static Optional<RuleDefinition> read(YAMLParser yaml, String file, List<StoreError> errors)
      throws IOException {
    return new RuleItem(yaml, file, errors).item();
  }

  private Optional<RuleDefinition> item() throws IOException {
    int line = line();
    Set<String> keys = new HashSet<>();
    while (yaml.nextToken() == JsonToken.FIELD_NAME) {
      String key = yaml.currentName();
      if (!keys.add(key)) {
        error(line(), "the key '" + RuleFileParser.shown(key) + "' stands twice; keep one");
      }
      yaml.nextToken();
      value(key);
    }
    for (String required : List.of("id", "rule")) {
      if (!keys.contains(required)) {
        error(line, "this rule has no '" + required + "'; add it");
      }
    }
    return errors.size() > errorsBefore
        ? Optional.empty()
        : Optional.of(
            new RuleDefinition(id, rule, priority, enabled, comment, new Origin(file, line)));
  }

  private int line() {
    return yaml.currentTokenLocation().getLineNr();
  }

  private void error(int line, String message) {
    errors.add(new StoreError(new Origin(file, line), message));
  }

  private void value(String key) throws IOException {
    if (yaml.isCurrentAlias()) {
      error(line(), "aliases are not read here; write the value itself");
      yaml.skipChildren();
      return;
    }
    switch (key) {
      case "id" -> id = id();
      case "rule" -> rule = text(key);
      case "comment" -> comment = text(key);
      case "priority" -> priority = priority();
      case "enabled" -> enabled = enabled();
      default -> {
        error(
            line(),
            "unknown key '"
                + RuleFileParser.shown(key)
                + "'; a rule has id, rule, priority, enabled and comment");
        yaml.skipChildren();
      }
    }
  }

  private String text(String key) throws IOException {
    JsonToken token = yaml.currentToken(); // none where the reader ends in the middle
    if (token != null && token.isScalarValue() && token != JsonToken.VALUE_NULL) {
      return yaml.getText();
    }
    error(line(), "'" + key + "' is a text; put it in single quotes");
    yaml.skipChildren();
    return "";
  }

  private String id() throws IOException {
    String text = text("id");
    if (!RuleId.isValid(text)) {
      error(
          line(),
          "'" + RuleFileParser.shown(text) + "' is no id; use 1 to 24 of a-z, 0-9 and hyphen");
    }
    return text;
  }

  private int priority() throws IOException {
    if (yaml.currentToken() == JsonToken.VALUE_NUMBER_INT
        && yaml.getText().matches("-?[0-9]{1,10}")
        && (int) Long.parseLong(yaml.getText()) == Long.parseLong(yaml.getText())) {
      return Integer.parseInt(yaml.getText());
    }
    error(line(), "'priority' is a whole number from -2147483648 to 2147483647");
    yaml.skipChildren();
    return 0;
  }

  private boolean enabled() throws IOException {
    if (!yaml.currentToken().isBoolean()) {
      error(line(), "'enabled' is true or false");
      yaml.skipChildren();
    }
    return yaml.currentToken() == JsonToken.VALUE_TRUE;
  }
}
