// SPDX-License-Identifier: Apache-2.0
package org.sallyport.nfqueue.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A new daemon uses the other variant of iptables than the old one did. Needs root. */
class VariantSwitchKernelTest {

  private static final List<String> FOREIGN = List.of("INPUT", "-p", "250", "-j", "RETURN");

  @TempDir private Path state;
  private TestHost host;

  @BeforeEach
  void makeHost() throws Exception {
    host = new TestHost(state);
  }

  @AfterEach
  void removeHost() throws Exception {
    host.close();
  }

  @ParameterizedTest
  @CsvSource({"nft, legacy", "legacy, nft"})
  void shouldLetNothingThroughWhileTheRulesMove(String old, String next) throws Exception {
    foreign(old, "-A");
    host.enforce("1 ENFORCE closed");
    assertThat(ours(old)).isNotEmpty();
    assertThat(ours(next)).isEmpty();
    Conversation stream = host.connected();
    assertThat(host.peer().hear()).isEqualTo("tcp " + BackendProgram.ALLOWED);
    List<Conversation> floods = floods();
    host.backend().kill();
    foreign(old, "-D");
    foreign(next, "-A");

    host.startBackend();
    assertThat(host.backend().ask("generation")).isEqualTo("OptionalInt[1]");
    host.enforce("2 ENFORCE closed");

    assertThat(host.backend().ask("health")).startsWith("BackendHealth[active=true, problems=[],");
    assertThat(ours(old)).isEmpty();
    assertThat(ours(next)).isNotEmpty();
    assertThat(host.inHost("iptables-" + next + "-save")).contains("-A INPUT -p 250 -j RETURN");
    assertThat(stream.sends("still here")).isEqualTo("ok");
    for (Conversation flood : floods) {
      assertThat(Integer.parseInt(flood.ask("stop"))).as("denied sends").isGreaterThan(100);
    }
    assertThat(host.tcp(TestHost.ADDRESSES.get(1), BackendProgram.ALLOWED).hear())
        .isEqualTo("connected");
    assertThat(host.peer().hear())
        .as("what arrives next: nothing of the denied came before")
        .isEqualTo("tcp " + BackendProgram.ALLOWED);
  }

  private List<Conversation> floods() throws Exception {
    List<Conversation> floods = new ArrayList<>();
    for (String address : TestHost.ADDRESSES) {
      floods.add(host.flood(address, BackendProgram.DENIED));
    }
    return floods;
  }

  private void foreign(String variant, String action) throws Exception {
    List<String> words = new ArrayList<>(List.of("iptables-" + variant, action));
    words.addAll(FOREIGN);
    host.inHost(words.toArray(String[]::new));
  }

  private List<String> ours(String variant) throws Exception {
    String both =
        host.inHost("iptables-" + variant + "-save")
            + host.inHost("ip6tables-" + variant + "-save");
    return both.lines().filter(line -> line.contains("SALLYPORT-")).toList();
  }
}
