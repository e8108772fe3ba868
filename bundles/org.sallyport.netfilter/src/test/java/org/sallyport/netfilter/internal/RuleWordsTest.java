// SPDX-License-Identifier: Apache-2.0
package org.sallyport.netfilter.internal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RuleWordsTest {

  @Test
  void shouldTakeSpellingsOfOneRuleForTheSame() {
    assertThat(
            RuleWords.same(
                "-p tcp -m mark --mark 0x10/0xF0 -m conntrack --ctstate NEW,RELATED -j ACCEPT",
                "-p 6 -m conntrack --ctstate RELATED,NEW -m mark --mark 16/0xf0 -j ACCEPT"))
        .isTrue();
    assertThat(RuleWords.same("-s 2001:db8:0:0:1::1 -j DROP", "-s 2001:db8::1:0:0:1/128 -j DROP"))
        .isTrue();
  }

  @Test
  void shouldTellRulesApart() {
    assertThat(RuleWords.same("-o lo -j DROP", "! -o lo -j DROP")).isFalse();
    assertThat(RuleWords.same("-j DROP", "-m socket -j DROP")).isFalse();
    assertThat(RuleWords.same("-m mark --mark 0x1 -j DROP", "-m mark --mark 0x1/0x1 -j DROP"))
        .isFalse();
    assertThat(RuleWords.same("-j DROP", "-j ACCEPT")).isFalse();
    assertThat(
            RuleWords.same("-j NFQUEUE --queue-num 1", "-j NFQUEUE --queue-num 1 --queue-bypass"))
        .isFalse();
  }

  @Test
  void shouldReadQuotesAsXtablesWritesThem() {
    assertThat(RuleWords.split("-m comment --comment \"say \\\"-j X\\\" \\\\\" -j DROP"))
        .containsExactly("-m", "comment", "--comment", "say \"-j X\" \\", "-j", "DROP");
    assertThat(RuleWords.split("--comment \"\" -j")).containsExactly("--comment", "", "-j");
  }

  @Test
  void shouldKnowOurJumps() {
    assertThat(RuleWords.isPlainJump("-j SALLYPORT-OUT")).isTrue();
    assertThat(RuleWords.isPlainJump("-p tcp -j SALLYPORT-OUT")).isFalse();
    assertThat(RuleWords.isPlainJump("-j SALLYPORT-out")).isFalse();
    assertThat(RuleWords.isPlainJump("-g SALLYPORT-OUT")).isFalse();
  }
}
