// SPDX-License-Identifier: Apache-2.0
package org.sallyport.store.file.internal;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.sallyport.api.rule.Origin;
import org.sallyport.api.rule.RuleDefinition;
import org.sallyport.api.rule.StoreError;
import org.sallyport.api.rule.StoreUnit;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.error.MarkedYAMLException;

/**
 * Reads one rule file token by token, so that each complaint names its line. Aliases are refused:
 * nothing in a file can grow while it is read. One parser reads one file.
 */
final class RuleFileParser {

  static final int MAX_RULES = 10_000;

  private static final int MAX_DEPTH = 8;
  private static final YAMLFactory YAML = factory();

  private final String file;
  private final List<RuleDefinition> rules = new ArrayList<>();
  private final List<StoreError> errors = new ArrayList<>();

  private RuleFileParser(String file) {
    this.file = file;
  }

  private static YAMLFactory factory() {
    LoaderOptions limits = new LoaderOptions();
    limits.setCodePointLimit(SafeFiles.MAX_FILE_BYTES);
    return YAMLFactory.builder()
        .loaderOptions(limits)
        .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
        .build();
  }

  /** Reads a file's content. */
  static StoreUnit parse(String file, byte[] content) {
    RuleFileParser parser = new RuleFileParser(file);
    parser.read(content);
    return new StoreUnit(file, parser.errors.isEmpty() ? parser.rules : List.of(), parser.errors);
  }

  private void read(byte[] content) {
    CharBuffer text = CharBuffer.allocate(content.length);
    CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
    CoderResult result = decoder.decode(ByteBuffer.wrap(content), text, true);
    text.flip();
    if (result.isError()) {
      int line = 1 + (int) text.chars().filter(c -> c == '\n').count();
      error(line, "this is not UTF-8; save the file in UTF-8");
      return;
    }
    try (YAMLParser yaml = YAML.createParser(text.toString())) {
      document(yaml);
    } catch (JsonProcessingException e) {
      unreadable(e);
    } catch (IOException | NumberFormatException e) { // an escape that is cut off
      error(0, firstLine(e.getMessage()));
    }
  }

  /** What YAML's own reader says is more exact: the problem, and not what it was about to read. */
  private void unreadable(JsonProcessingException e) {
    if (e.getCause() instanceof MarkedYAMLException marked && marked.getProblemMark() != null) {
      error(marked.getProblemMark().getLine() + 1, firstLine(marked.getProblem()));
      return;
    }
    JsonLocation location = e.getLocation();
    error(location == null ? 0 : location.getLineNr(), firstLine(e.getOriginalMessage()));
  }

  private static String firstLine(String message) {
    String text = message == null ? "" : message.strip();
    int end = text.indexOf('\n');
    String line = end < 0 ? text : text.substring(0, end);
    return "this is not YAML: " + shown(line, 200, 160); // it quotes the file
  }

  private void error(int line, String message) {
    errors.add(new StoreError(new Origin(file, Math.max(line, 0)), message));
  }

  private static int line(YAMLParser yaml) {
    return yaml.currentTokenLocation().getLineNr();
  }

  private void document(YAMLParser yaml) throws IOException {
    JsonToken token = yaml.nextToken();
    if (token == null || (isEmpty(yaml) && yaml.nextToken() == null)) {
      return; // nothing but comments
    }
    if (token != JsonToken.START_OBJECT) {
      error(line(yaml), "a rule file starts with the line 'rules:'");
      return;
    }
    Set<String> keys = new HashSet<>();
    while (yaml.nextToken() == JsonToken.FIELD_NAME) {
      String key = yaml.currentName();
      int line = line(yaml);
      if (!keys.add(key)) {
        error(line, "the key '" + shown(key) + "' stands twice; keep one");
      } else if (!key.equals("rules")) {
        error(line, "unknown key '" + shown(key) + "'; a rule file has only 'rules'");
      }
      yaml.nextToken();
      if (key.equals("rules")) {
        list(yaml);
      } else {
        yaml.skipChildren();
      }
    }
    if (yaml.nextToken() != null) {
      error(line(yaml), "a second document starts here; put it into a file of its own");
    }
  }

  private static boolean isEmpty(YAMLParser yaml) throws IOException {
    return yaml.currentToken() == JsonToken.VALUE_NULL
        || (yaml.currentToken() == JsonToken.VALUE_STRING && yaml.getText().isEmpty());
  }

  private void list(YAMLParser yaml) throws IOException {
    if (isEmpty(yaml)) {
      return; // a key without a value
    }
    if (yaml.currentToken() != JsonToken.START_ARRAY) {
      error(line(yaml), "'rules' is a list; start each rule with '- id: NAME'");
      yaml.skipChildren();
      return;
    }
    while (yaml.nextToken() != JsonToken.END_ARRAY) {
      if (yaml.currentToken() == JsonToken.START_OBJECT) {
        RuleItem.read(yaml, file, errors).ifPresent(rules::add);
      } else {
        error(line(yaml), "a rule is a group of keys; start it with '- id: NAME'");
        yaml.skipChildren();
      }
      if (rules.size() > MAX_RULES) {
        error(line(yaml), "the file has more than " + MAX_RULES + " rules; split it");
        return;
      }
    }
  }

  /** A word of the file as it may stand in a message. */
  static String shown(String word) {
    return shown(word, 60, 40);
  }

  private static String shown(String word, int atMost, int cutTo) {
    String text = word.replaceAll("\\p{Cntrl}", "?");
    if (text.length() <= atMost) {
      return text;
    }
    int end = Character.isHighSurrogate(text.charAt(cutTo - 1)) ? cutTo - 1 : cutTo;
    return text.substring(0, end) + "…";
  }
}
