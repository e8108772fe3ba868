// SPDX-License-Identifier: Apache-2.0
package org.sallyport.netfilter.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;
import org.junit.jupiter.api.Test;
import org.sallyport.api.backend.KernelCount;
import org.sallyport.netfilter.Chain;
import org.sallyport.netfilter.ChainSpec;
import org.sallyport.netfilter.Family;
import org.sallyport.netfilter.KernelState.TableState;
import org.sallyport.netfilter.Rule;
import org.sallyport.netfilter.RuleSet;
import org.sallyport.netfilter.Table;
import org.sallyport.netfilter.TableRules;
import org.sallyport.netfilter.Target;

class LeftoversTest {

  private static final int MANY = 2500;
  private static final Chain MAIN = new Chain("SALLYPORT-OUT");

  @Test
  void shouldLeaveWhatCountsUntilItIsRead() {
    TableState held =
        table(
            ":OUTPUT ACCEPT [0:0]",
            ":SALLYPORT-R-1 - [0:0]",
            ":SALLYPORT-END - [0:0]",
            "[7:420] -A SALLYPORT-R-1",
            "[7:420] -A SALLYPORT-R-1 -g SALLYPORT-END",
            "[7:420] -A SALLYPORT-END -j DROP");
    Leftovers left = Leftovers.of(TableRules.NONE, held);

    assertThat(text(TableRules.NONE, held)).contains("*filter\n-F SALLYPORT-END\nCOMMIT\n");
    assertThat(left.counts())
        .isEqualTo(Map.of(new Chain("SALLYPORT-R-1"), new KernelCount(7, 420)));
    assertThat(CommitText.ofLeftovers(Table.FILTER, left))
        .contains(
            """
            *filter
            -F SALLYPORT-R-1
            -F SALLYPORT-END
            -X SALLYPORT-R-1
            -X SALLYPORT-END
            COMMIT
            """);
    assertThat(left.withoutDeferred().ours())
        .as("END is not empty yet")
        .extracting("name")
        .containsExactly("SALLYPORT-END");
  }

  @Test
  void shouldDeleteAtOnceWhatCountsNothing() {
    TableState held = table(":SALLYPORT-END - [0:0]", "[0:0] -A SALLYPORT-END -j DROP");
    assertThat(text(TableRules.NONE, held))
        .contains("*filter\n-F SALLYPORT-END\n-X SALLYPORT-END\nCOMMIT\n");
  }

  @Test
  void shouldKeepChainsThatForeignRulesGoTo() {
    TableState held =
        table(
            ":OUTPUT ACCEPT [0:0]",
            ":theirs - [0:0]",
            ":SALLYPORT-A - [0:0]",
            ":SALLYPORT-B - [0:0]",
            ":SALLYPORT-C - [0:0]",
            "[0:0] -A OUTPUT -p tcp -g SALLYPORT-A",
            "[0:0] -A theirs -j SALLYPORT-B",
            "[0:0] -A OUTPUT -j SALLYPORT-C");
    Leftovers left = Leftovers.of(TableRules.NONE, held);

    assertThat(left.holders())
        .containsExactly("OUTPUT: -p tcp -g SALLYPORT-A", "theirs: -j SALLYPORT-B");
    assertThat(left.lastLines())
        .contains("-X SALLYPORT-C")
        .doesNotContain("-X SALLYPORT-A", "-X SALLYPORT-B");
    assertThat(left.withoutHeld().ours()).extracting("name").containsExactly("SALLYPORT-C");
  }

  /** Each of the steps looks at a rule once or twice: this would take minutes otherwise. */
  @Test
  void shouldReadCompareAndWriteThousandsOfRules() {
    List<ChainSpec> chains = new ArrayList<>();
    List<Rule> jumps = new ArrayList<>();
    StringJoiner printed = new StringJoiner("\n");
    printed.add("*filter").add(":OUTPUT ACCEPT [0:0]").add(":SALLYPORT-OUT - [0:0]");
    for (int i = 0; i < MANY; i++) {
      Chain counting = new Chain("SALLYPORT-R-" + i);
      chains.add(new ChainSpec(counting, List.of(Rule.of(new Target.Count())), true));
      jumps.add(Rule.of(new Target.JumpTo(counting)));
      printed.add(":SALLYPORT-R-" + i + " - [0:0]");
    }
    for (int i = 0; i < MANY; i++) {
      printed.add("[" + i + ":1] -A SALLYPORT-R-" + i);
      printed.add("[0:0] -A SALLYPORT-OUT -j SALLYPORT-R-" + i);
    }
    chains.add(new ChainSpec(MAIN, jumps));
    TableRules wanted = new TableRules(chains, List.of());
    assertThat(new RuleSet(Map.of(Table.FILTER, wanted)).tables()).hasSize(1);

    TableState held = SaveParser.parse(printed.add("COMMIT\n").toString()).get("filter");

    assertThat(
            Comparison.differences(Family.IPV4, Table.FILTER, wanted, held, ProtocolNames.DEFAULT))
        .isEmpty();
    assertThat(text(wanted, held).orElseThrow().lines()).hasSize(MANY + 3).noneMatch(this::counts);
    assertThat(Leftovers.of(TableRules.NONE, held).counts())
        .hasSize(MANY)
        .containsEntry(new Chain("SALLYPORT-R-77"), new KernelCount(77, 1));
  }

  private boolean counts(String line) {
    return line.startsWith(":SALLYPORT-R") || line.startsWith("-A SALLYPORT-R");
  }

  private static Optional<String> text(TableRules wanted, TableState held) {
    return CommitText.of(Family.IPV4, Table.FILTER, wanted, held, ProtocolNames.DEFAULT);
  }

  private static TableState table(String... lines) {
    return SaveParser.parse("*filter\n" + String.join("\n", lines) + "\nCOMMIT\n").get("filter");
  }
}
