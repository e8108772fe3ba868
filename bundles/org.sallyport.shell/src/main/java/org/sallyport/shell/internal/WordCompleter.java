// SPDX-License-Identifier: Apache-2.0
package org.sallyport.shell.internal;

import java.util.ArrayList;
import java.util.List;
import org.apache.karaf.shell.api.console.CommandLine;
import org.apache.karaf.shell.api.console.Completer;
import org.apache.karaf.shell.api.console.Session;
import org.apache.karaf.shell.support.completers.StringsCompleter;
import org.sallyport.api.admin.AttributionStatus;
import org.sallyport.api.admin.BackendStatus;
import org.sallyport.api.admin.FirewallAdmin;
import org.sallyport.api.admin.RuleInfo;
import org.sallyport.api.admin.StoreStatus;
import org.sallyport.api.backend.Choice;
import org.sallyport.api.backend.Mode;
import org.sallyport.api.backend.Situation;
import org.sallyport.api.decision.Verdict;
import org.sallyport.api.match.PluginStatus;
import org.sallyport.api.packet.Direction;
import picocli.CommandLine.Model.CommandSpec;

/** Completes a command's name, its options, and the words that fit its place. */
final class WordCompleter implements Completer {

  /** The backend that asks the policy, and so stands behind others. */
  private static final String LAST = "nfqueue";

  private final CommandSpec spec;
  private final FirewallAdmin admin;

  WordCompleter(CommandSpec spec, FirewallAdmin admin) {
    this.spec = spec;
    this.admin = admin;
  }

  @Override
  public int complete(Session session, CommandLine line, List<String> candidates) {
    String full = CommandAdapter.SCOPE + ":" + spec.name();
    if (line.getCursorArgumentIndex() == 0) {
      return new StringsCompleter(List.of(spec.name(), full)).complete(session, line, candidates);
    }
    if (!full.equals(session.resolveCommand(line.getArguments()[0]))) {
      return -1;
    }
    return complete(words(line), session, line, candidates);
  }

  private static int complete(
      List<String> words, Session session, CommandLine line, List<String> candidates) {
    int place = new StringsCompleter(words).complete(session, line, candidates);
    // After "attribute=" the value follows without a blank.
    candidates.replaceAll(
        word -> word.endsWith("= ") ? word.substring(0, word.length() - 1) : word);
    return place;
  }

  private List<String> words(CommandLine line) {
    List<String> words = new ArrayList<>(spec.optionsMap().keySet());
    int index = line.getCursorArgumentIndex();
    switch (spec.name()) {
      case "allow", "deny", "reject", "log" -> words.addAll(criteria());
      case "show", "remove", "enable", "disable" ->
          words.addAll(admin.rules().stream().map(RuleInfo::id).toList());
      case "plugin-reset" ->
          words.addAll(admin.plugins().stream().map(PluginStatus::name).toList());
      case "mode" -> words.addAll(Words.of(Mode.values()));
      case "default" -> {
        words.addAll(Words.of(Direction.values()));
        words.addAll(Words.of(Verdict.values()));
      }
      case "fail" -> words.addAll(index == 1 ? situations() : choices(line.getArguments()[1]));
      case "plan", "backend-use" -> words.addAll(stacks());
      case "store-use" -> words.addAll(admin.stores().stream().map(StoreStatus::name).toList());
      case "attribution-use" -> words.addAll(sources());
      case "rollback", "diff" ->
          words.addAll(admin.history().stream().map(change -> "" + change.number()).toList());
      case "explain" -> {
        words.add("last");
        words.addAll(criteria());
      }
      default -> {}
    }
    return words;
  }

  /** Each backend by itself, and before the one that can decide everything. */
  private List<String> stacks() {
    List<String> names = admin.backends().stream().map(BackendStatus::name).sorted().toList();
    List<String> stacks = new ArrayList<>(names);
    names.stream()
        .filter(name -> !name.equals(LAST) && names.contains(LAST))
        .forEach(name -> stacks.add(name + "," + LAST));
    return stacks;
  }

  private List<String> sources() {
    List<String> words = new ArrayList<>(List.of(AttributionStatus.AUTO));
    admin.status().attribution().sources().forEach(step -> words.add(step.name()));
    return words;
  }

  private List<String> criteria() {
    List<String> words = new ArrayList<>(Words.of(Direction.values()));
    admin.attributes().forEach(name -> words.add(name + "="));
    return words;
  }

  private static List<String> situations() {
    List<String> words = new ArrayList<>(List.of("closed", "open"));
    words.addAll(Words.of(Situation.values()));
    return words;
  }

  private static List<String> choices(String situation) {
    return Situation.parse(situation)
        .map(known -> Words.of(known.choices().toArray(new Choice[0])))
        .orElse(List.of());
  }
}
