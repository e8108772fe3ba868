// SPDX-License-Identifier: Apache-2.0
package org.sallyport.shell.internal;

import java.util.List;
import org.sallyport.api.admin.FirewallAdmin;
import org.sallyport.api.decision.Verdict;
import org.sallyport.api.packet.Direction;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code fw:default}. */
@Command(name = "default", description = "Set what happens where no rule matches.")
final class DefaultCommand extends TriedCommand {

  @Parameters(
      arity = "1..2",
      paramLabel = "WORD",
      description = "[out|in|forward] allow|deny|reject; the direction is out if none is named.")
  private List<String> words;

  @Override
  int run(FirewallAdmin admin, Output output) {
    Direction direction = words.size() == 1 ? Direction.OUT : Words.direction(words.get(0));
    Verdict verdict = Words.verdict(words.get(words.size() - 1));
    admin.setDefault(direction, verdict, execution());
    String action = RuleJson.word(verdict);
    return report(
        output,
        "default " + RuleJson.word(direction) + " " + action,
        Json.object().put("direction", RuleJson.word(direction)).put("action", action));
  }
}
