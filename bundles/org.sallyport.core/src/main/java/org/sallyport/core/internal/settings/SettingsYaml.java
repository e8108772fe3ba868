// SPDX-License-Identifier: Apache-2.0
package org.sallyport.core.internal.settings;

import java.io.StringReader;
import java.util.LinkedHashMap;
import java.util.Map;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.representer.Representer;

/** Settings as YAML: nested keys are joined by dots, lists by commas; each value keeps its line. */
final class SettingsYaml {

  private static final int MAX_VALUE_LENGTH = 4096;

  /** A value and where it stands. */
  record Located(String value, int line) {}

  private SettingsYaml() {}

  /**
   * Reads a file's text; a problem is an IllegalArgumentException whose message starts with the
   * line.
   */
  static Map<String, Located> parse(String text) {
    LoaderOptions limits = new LoaderOptions();
    limits.setMaxAliasesForCollections(0);
    limits.setNestingDepthLimit(5);
    limits.setCodePointLimit(1 << 16);
    try {
      Node root = new Yaml(limits).compose(new StringReader(text));
      Map<String, Located> found = new LinkedHashMap<>();
      if (root != null) {
        flatten("", root, found);
      }
      return found;
    } catch (MarkedYAMLException e) {
      int line = e.getProblemMark() == null ? 1 : e.getProblemMark().getLine() + 1;
      throw new IllegalArgumentException(line + ": " + e.getProblem(), e);
    } catch (YAMLException | NumberFormatException e) { // an escape that is cut off
      throw new IllegalArgumentException("1: " + e.getMessage(), e);
    }
  }

  private static void flatten(String prefix, Node node, Map<String, Located> into) {
    int line = node.getStartMark().getLine() + 1;
    if (node instanceof MappingNode mapping) {
      for (NodeTuple pair : mapping.getValue()) {
        if (!(pair.getKeyNode() instanceof ScalarNode key)) {
          throw new IllegalArgumentException(line + ": a key must be a word");
        }
        flatten(
            prefix.isEmpty() ? key.getValue() : prefix + "." + key.getValue(),
            pair.getValueNode(),
            into);
      }
      return;
    }
    if (prefix.isEmpty()) {
      throw new IllegalArgumentException(line + ": settings are written as 'key: value'");
    }
    if (into.put(prefix, new Located(text(node, line), line)) != null) {
      throw new IllegalArgumentException(line + ": " + prefix + " is set twice");
    }
  }

  /** Aliases let a small file say a lot: a value is bounded while it is put together. */
  private static String text(Node node, int line) {
    StringBuilder text = new StringBuilder();
    append(node, line, text);
    return text.toString();
  }

  private static void append(Node node, int line, StringBuilder text) {
    if (node instanceof ScalarNode scalar) {
      text.append(scalar.getValue());
    } else if (node instanceof SequenceNode list) {
      String separator = "";
      for (Node item : list.getValue()) {
        text.append(separator);
        append(item, line, text);
        separator = ",";
      }
    } else {
      throw new IllegalArgumentException(line + ": expected a value");
    }
    if (text.length() > MAX_VALUE_LENGTH) {
      throw new IllegalArgumentException(
          line + ": the value is longer than " + MAX_VALUE_LENGTH + " characters");
    }
  }

  static String print(Map<String, String> values) {
    DumperOptions options = new DumperOptions();
    options.setDefaultFlowStyle(DumperOptions.FlowStyle.BLOCK);
    // Else a text with an unusual character is written as bytes, and read as another.
    options.setNonPrintableStyle(DumperOptions.NonPrintableStyle.ESCAPE);
    Yaml yaml =
        new Yaml(new SafeConstructor(new LoaderOptions()), new Representer(options), options);
    return "# Written by sallyport; what commands set. Your own settings belong in sallyport.yaml.\n"
        + (values.isEmpty() ? "" : yaml.dump(values));
  }
}
