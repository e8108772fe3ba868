// SPDX-License-Identifier: Apache-2.0
package org.sallyport.netfilter.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.sallyport.netfilter.Chain;
import org.sallyport.netfilter.Family;
import org.sallyport.netfilter.KernelState;
import org.sallyport.netfilter.KernelState.ChainState;
import org.sallyport.netfilter.KernelState.RuleLine;
import org.sallyport.netfilter.KernelState.TableState;
import org.sallyport.netfilter.MarkBits;
import org.sallyport.netfilter.MarkConflict;
import org.sallyport.netfilter.MarkConflict.Kind;
import org.sallyport.netfilter.Variant;

/** Finds foreign users of mark bits in the texts of {@code ip rule} and {@code iptables-save}. */
final class MarkScan {

  private static final Pattern FWMARK = Pattern.compile("\\bfwmark (\\S+)");

  private final long mask;
  private final List<MarkConflict> conflicts = new ArrayList<>();

  MarkScan(long mask) {
    this.mask = new MarkBits(0, mask).mask();
  }

  List<MarkConflict> conflicts() {
    return List.copyOf(conflicts);
  }

  void routing(Family family, String ipRules) {
    for (String line : ipRules.lines().toList()) {
      Matcher matcher = FWMARK.matcher(line);
      if (matcher.find()) {
        // What cannot be read is taken for a use of everything.
        long used = MarkMask.parse(matcher.group(1)).map(MarkMask::touched).orElse(MarkBits.ALL);
        report(Kind.ROUTING_RULE, family, used, line);
      }
    }
  }

  void rules(Variant variant, Family family, KernelState state) {
    Kind kind = variant == Variant.NFT ? Kind.RULE : Kind.LEGACY_RULE;
    Map<String, TableState> tables = state.families().getOrDefault(family, Map.of());
    tables.forEach(
        (name, table) -> {
          for (ChainState chain : table.chains()) {
            if (!Chain.isOurs(chain.name())) {
              chain.rules().forEach(rule -> rule(kind, family, name + " " + chain.name(), rule));
            }
          }
        });
  }

  private void rule(Kind kind, Family family, String where, RuleLine rule) {
    List<String> words = RuleWords.split(rule.text());
    long used = 0;
    for (int i = 0; i < words.size(); i++) {
      String argument = i + 1 < words.size() ? words.get(i + 1) : "";
      used |= touched(words, words.get(i), argument);
    }
    report(kind, family, used, where + ": " + rule.text());
  }

  /**
   * The bits one option looks at or changes; see MARK, CONNMARK and mark in iptables-extensions.
   */
  private static long touched(List<String> rule, String option, String argument) {
    Optional<MarkMask> mark = MarkMask.parse(argument);
    return switch (option) {
      case "--mark", "--set-mark", "--set-xmark", "--tproxy-mark" ->
          mark.map(MarkMask::touched).orElse(MarkBits.ALL);
      case "--or-mark", "--xor-mark", "--nfmask", "--ctmask", "--mask" ->
          mark.map(MarkMask::value).orElse(MarkBits.ALL);
      case "--and-mark" -> mark.map(m -> ~m.value() & MarkBits.ALL).orElse(MarkBits.ALL);
      case "--save-mark", "--restore-mark" ->
          rule.contains("--nfmask") || rule.contains("--mask") ? 0 : MarkBits.ALL;
      default -> 0;
    };
  }

  private void report(Kind kind, Family family, long used, String text) {
    if ((used & mask) != 0) {
      conflicts.add(new MarkConflict(kind, family, used, ToolErrors.show(text)));
    }
  }
}
