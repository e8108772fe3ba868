// SPDX-License-Identifier: Apache-2.0
package org.sallyport.shell.internal;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.sallyport.api.admin.AdminException;
import org.sallyport.api.admin.FirewallAdmin;
import org.sallyport.api.backend.Choice;
import org.sallyport.api.backend.Situation;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code fw:fail}. */
@Command(name = "fail", description = "Set what is done when something goes wrong.")
final class FailCommand extends TriedCommand {

  private static final List<String> PRESETS = List.of("closed", "open");

  @Parameters(
      arity = "1..2",
      paramLabel = "WORD",
      description = "closed or open for all situations, or SITUATION CHOICE; see fw:status.")
  private List<String> words;

  @Override
  int run(FirewallAdmin admin, Output output) {
    String first = words.get(0);
    ObjectNode value = Json.object();
    if (words.size() == 2) {
      Situation situation = Words.situation(first);
      Choice choice = Words.choice(words.get(1));
      admin.setFail(situation, choice, execution());
      value.put("situation", situation.word()).put("choice", choice.word());
    } else if (PRESETS.contains(first)) {
      admin.setFailPreset(first.equals("closed"), execution());
      value.put("fail", first);
    } else {
      Situation situation = Words.situation(first);
      throw AdminException.usage(
          "a choice is missing after " + first,
          "",
          "one of " + Words.of(situation.choices().toArray(new Choice[0])));
    }
    return report(output, "fail " + String.join(" ", words), value);
  }
}
