// SPDX-License-Identifier: Apache-2.0
package org.sallyport.backend.owneriptables.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.sallyport.api.backend.KernelCount;
import org.sallyport.backend.owneriptables.internal.section.RuleNames;
import org.sallyport.netfilter.Chain;
import org.sallyport.netfilter.frame.Frame;

class RuleNamesTest {

  private static final String LONG = "deny-everything-else-out";

  @Test
  void shouldCallAChainAsItsRuleWhereThereIsRoom() {
    RuleNames names = new RuleNames(List.of("web", "a-sixteen-letter", LONG, "-"));
    assertThat(names.chain("web").name()).isEqualTo("SALLYPORT-R-WEB");
    assertThat(names.chain("a-sixteen-letter").name()).isEqualTo("SALLYPORT-R-A-SIXTEEN-LETTER");
    assertThat(names.chain("-").name()).isEqualTo("SALLYPORT-R--");
    assertThat(names.chain(LONG).name()).matches("SALLYPORT-R-DENY-EVER-[0-9A-Z]{6}");
  }

  @Test
  void shouldGiveEveryRuleAChainOfItsOwnThatDoesNotDependOnOtherRules() {
    String made =
        new RuleNames(List.of(LONG)).chain(LONG).name().substring("SALLYPORT-R-".length());
    String same = made.toLowerCase(Locale.ROOT);
    List<String> ids = List.of(LONG, LONG + "", "deny-everything-else-in", same, "zz");

    RuleNames names = new RuleNames(ids);

    assertThat(new HashSet<>(names.all().values())).hasSize(4);
    assertThat(names.chain(same).name()).isEqualTo("SALLYPORT-R-" + made);
    assertThat(new RuleNames(List.of("b", LONG, "a")).chain(LONG))
        .isEqualTo(new RuleNames(List.of(LONG, "c")).chain(LONG));
    assertThat(new RuleNames(List.of("zz", same, LONG)).chain(LONG)).isEqualTo(names.chain(LONG));
  }

  @Test
  void shouldKnowTheRulesOfChainsThatAreGone() {
    RuleNames names = new RuleNames(List.of(LONG, "short"));
    RuleCounts counts = new RuleCounts();
    counts.learn(names);
    counts.learn(new RuleNames(List.of("other")));
    KernelCount one = new KernelCount(1, 84);
    Chain earlier = new Chain("SALLYPORT-R-EARLIER");
    Chain foreign = new Chain("SALLYPORT-OUT");

    counts.keep(new Frame.Counts(Map.of(), Map.of(earlier, one, names.chain(LONG), one)));

    Frame.Counts now =
        new Frame.Counts(
            Map.of(names.chain("short"), one, foreign, one), Map.of(names.chain(LONG), one));
    assertThat(counts.of(now).gone())
        .isEqualTo(Map.of("earlier", one, LONG, new KernelCount(2, 168)));
    assertThat(counts.of(now).standing()).isEqualTo(Map.of("short", one));
  }
}
