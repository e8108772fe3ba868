// SPDX-License-Identifier: Apache-2.0
package org.sallyport.core.internal.document;

import java.io.StringReader;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.sallyport.api.backend.Situation;
import org.sallyport.core.internal.document.PolicyDraft.Placed;
import org.sallyport.core.internal.settings.SettingsFiles;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/**
 * Reads a policy's text node by node, so that each complaint names line and column, and nothing in
 * it can grow while it is read. One reader reads one text.
 */
public final class PolicyReader {

  /** The most rules a text may hold: as many as a store. */
  static final int MAX_RULES = 10_000;

  private static final int MAX_CODE_POINTS = 4 << 20;
  private static final int MAX_DEPTH = 8;
  private static final List<String> KEYS = List.of("mode", "defaults", "fail", "loopback", "rules");

  private final Map<String, String> settings = new LinkedHashMap<>();
  private Optional<List<Placed>> rules = Optional.empty();

  private PolicyReader() {}

  /**
   * Reads a text.
   *
   * @param text YAML
   * @return what it says
   * @throws PolicyTextException if it makes no sense
   */
  public static PolicyDraft read(String text) throws PolicyTextException {
    LoaderOptions limits = new LoaderOptions();
    limits.setMaxAliasesForCollections(0);
    limits.setNestingDepthLimit(MAX_DEPTH);
    limits.setCodePointLimit(MAX_CODE_POINTS);
    try {
      Node root = new Yaml(limits).compose(new StringReader(text));
      PolicyReader reader = new PolicyReader();
      if (root != null) {
        reader.document(root);
      }
      return new PolicyDraft(reader.settings, reader.rules);
    } catch (MarkedYAMLException e) {
      Mark mark = e.getProblemMark();
      throw mark == null
          ? new PolicyTextException(1, 1, "this is not YAML: " + e.getProblem(), e)
          : error(mark, "this is not YAML: " + e.getProblem(), e);
    } catch (YAMLException | NumberFormatException e) { // an escape that is cut off
      String reason = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
      throw new PolicyTextException(1, 1, "this is not YAML: " + reason, e);
    }
  }

  private static PolicyTextException error(Mark mark, String message, Throwable cause) {
    return new PolicyTextException(mark.getLine() + 1, mark.getColumn() + 1, message, cause);
  }

  static PolicyTextException error(Node node, String message) {
    return error(node.getStartMark(), message, null);
  }

  private void document(Node root) throws PolicyTextException {
    for (Map.Entry<String, Node> entry : mapping(root, "a policy", KEYS).entrySet()) {
      Node value = entry.getValue();
      switch (entry.getKey()) {
        case "mode", "loopback" -> setting(entry.getKey(), value);
        case "defaults" -> settings("default.", value);
        case "fail" -> fail(value);
        default -> list(value);
      }
    }
  }

  private void setting(String key, Node value) throws PolicyTextException {
    String text = scalar(value, key);
    try {
      SettingsFiles.check(key, text);
    } catch (IllegalArgumentException e) {
      throw error(value.getStartMark(), e.getMessage(), e);
    }
    settings.put(key, text);
  }

  private void settings(String prefix, Node group) throws PolicyTextException {
    for (Map.Entry<String, Node> entry : mapping(group, prefix, List.of()).entrySet()) {
      setting(prefix + entry.getKey(), entry.getValue());
    }
  }

  private void fail(Node value) throws PolicyTextException {
    if (!(value instanceof ScalarNode)) {
      settings("fail.", value);
      return;
    }
    setting("fail", value);
    boolean closed = settings.remove("fail").equals("closed");
    for (Situation situation : Situation.values()) {
      settings.put(
          "fail." + situation.word(), (closed ? situation.closed() : situation.open()).word());
    }
  }

  private void list(Node value) throws PolicyTextException {
    List<Placed> found = new ArrayList<>();
    if (!(value instanceof SequenceNode items)) {
      if (value instanceof ScalarNode nothing && nothing.getValue().isEmpty()) {
        rules = Optional.of(found);
        return;
      }
      throw error(value, "'rules' is a list; start each rule with '- id: NAME'");
    }
    Set<String> ids = new HashSet<>();
    for (Node item : items.getValue()) {
      Placed rule = RuleNode.read(item);
      if (!ids.add(rule.rule().id())) {
        throw error(item, "the id '" + rule.rule().id() + "' stands twice; ids are unique");
      }
      found.add(rule);
      if (found.size() > MAX_RULES) {
        throw error(item, "a policy has at most " + MAX_RULES + " rules");
      }
    }
    rules = Optional.of(found);
  }

  /** The entries of a group of keys; all keys are known ones, unless none are given. */
  static Map<String, Node> mapping(Node node, String what, List<String> known)
      throws PolicyTextException {
    if (!(node instanceof MappingNode group)) {
      throw error(node, "this is written as 'key: value' lines");
    }
    Map<String, Node> entries = new LinkedHashMap<>();
    for (NodeTuple pair : group.getValue()) {
      String key = scalar(pair.getKeyNode(), "a key");
      if (!known.isEmpty() && !known.contains(key)) {
        throw error(
            pair.getKeyNode(),
            "unknown key '" + shown(key) + "'; " + what + " has " + String.join(", ", known));
      }
      if (entries.put(key, pair.getValueNode()) != null) {
        throw error(pair.getKeyNode(), "the key '" + shown(key) + "' stands twice; keep one");
      }
    }
    return entries;
  }

  static String scalar(Node node, String what) throws PolicyTextException {
    if (node instanceof ScalarNode scalar) {
      return scalar.getValue();
    }
    throw error(node, "'" + what + "' is a single word or text");
  }

  /** A word of the text as it may stand in a message. */
  static String shown(String text) {
    return text.length() <= 60 ? text : text.substring(0, text.offsetByCodePoints(0, 40)) + "…";
  }
}
