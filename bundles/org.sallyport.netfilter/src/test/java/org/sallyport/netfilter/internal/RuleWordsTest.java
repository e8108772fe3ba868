// SPDX-License-Identifier: Apache-2.0
package org.sallyport.netfilter.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RuleWordsTest {

  @TempDir Path folder;

  @Test
  void shouldTakeSpellingsOfOneRuleForTheSame() {
    assertThat(
            same(
                "-p tcp -m mark --mark 0x10/0xF0 -m conntrack --ctstate NEW,RELATED -j ACCEPT",
                "-p 6 -m conntrack --ctstate RELATED,NEW -m mark --mark 16/0xf0 -j ACCEPT"))
        .isTrue();
    assertThat(same("-s 2001:db8:0:0:1::1 -j DROP", "-s 2001:db8::1:0:0:1/128 -j DROP")).isTrue();
  }

  @Test
  void shouldKnowProtocolsByTheNamesOfThisHost() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("protocols"),
            "# names\nip\t0 IP\ngre 47 GRE # tunnels\nodd line\nIPv6-Frag 44\nbad 4711\n");
    ProtocolNames names = ProtocolNames.read(file);

    assertThat(RuleWords.same("! -p 47 -j DROP", "! -p gre -j DROP", names)).isTrue();
    assertThat(RuleWords.same("-p 44 -j DROP", "-p ipv6-frag -j DROP", names)).isTrue();
    assertThat(RuleWords.same("-p 47 -j DROP", "-p 48 -j DROP", names)).isFalse();
    assertThat(names.number("igmp")).isEqualTo("2");
    assertThat(names.number("bad")).isEqualTo("bad");
    assertThat(ProtocolNames.read(folder.resolve("none")).number("gre")).isEqualTo("gre");
  }

  @Test
  void shouldTellRulesApart() {
    assertThat(same("-o lo -j DROP", "! -o lo -j DROP")).isFalse();
    assertThat(same("-j DROP", "-m socket -j DROP")).isFalse();
    assertThat(same("-m mark --mark 0x1 -j DROP", "-m mark --mark 0x1/0x1 -j DROP")).isFalse();
    assertThat(same("-j DROP", "-j ACCEPT")).isFalse();
    assertThat(same("-j NFQUEUE --queue-num 1", "-j NFQUEUE --queue-num 1 --queue-bypass"))
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

  private static boolean same(String first, String second) {
    return RuleWords.same(first, second, ProtocolNames.DEFAULT);
  }
}
