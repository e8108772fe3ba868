// SPDX-License-Identifier: Apache-2.0
package org.sallyport.itests.kernel.kit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The thin client, as a person uses it. */
public final class Client {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path launcher;
  private final Map<String, String> environment;

  Client(Path launcher, Map<String, String> environment) {
    this.launcher = launcher;
    this.environment = environment;
  }

  /** Runs a command, whatever comes of it. */
  public Command.Result run(String... words) {
    return Command.of(line(words)).with(environment).run();
  }

  /** Runs a command in another environment, whatever comes of it. */
  public Command.Result run(Map<String, String> more, String... words) {
    return Command.of(line(words)).with(environment).with(more).run();
  }

  /** Runs a command on some input, whatever comes of it. */
  public Command.Result reading(String input, String... words) {
    return Command.of(line(words)).with(environment).reading(input).run();
  }

  /** Runs a command that must be carried out. */
  public String must(String... words) {
    return Command.of(line(words)).with(environment).must().out();
  }

  /** Adds a rule, and tells its id. */
  public String rule(String... words) {
    String out = must(words).strip();
    return out.substring(out.lastIndexOf(' ') + 1);
  }

  /** Runs a command with {@code --json} and reads what it prints. */
  public JsonNode json(String... words) {
    List<String> all = new ArrayList<>(List.of(words));
    all.add("--json");
    return parse(must(all.toArray(String[]::new)));
  }

  /** Reads JSON. */
  public static JsonNode parse(String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new AssertionError("this is no JSON: " + text, e);
    }
  }

  /** Removes every rule. */
  public void clear() {
    json("rules").forEach(rule -> must("remove", rule.get("id").asText()));
  }

  /** Starts a command that goes on until it is closed, such as {@code watch}. */
  public Follower follow(String... words) {
    ProcessBuilder builder = new ProcessBuilder(line(words));
    builder.environment().putAll(environment);
    try {
      return new Follower(builder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String[] line(String... words) {
    List<String> all = new ArrayList<>(List.of(launcher.toString()));
    all.addAll(List.of(words));
    return all.toArray(String[]::new);
  }
}
