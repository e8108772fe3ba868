// SPDX-License-Identifier: Apache-2.0
package org.sallyport.nfqueue.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What holds when nobody listens, and after it all, in the running kernel. Needs root. */
class NfqueueDeathKernelTest {

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

  @Test
  void shouldKeepAllowedConnectionsAndRefuseNewFlowsWhenTheDaemonIsKilled() throws Exception {
    host.enforce("1 ENFORCE closed");
    Conversation stream = host.connected();
    host.backend().kill();
    assertThat(stream.sends("still")).isEqualTo("ok");
    assertThat(host.triesTcp(TestHost.ADDRESSES.get(0), BackendProgram.ALLOWED))
        .isEqualTo("timeout");
    assertThat(host.udp(TestHost.ADDRESSES.get(1), BackendProgram.ALLOWED).tries("x"))
        .isEqualTo("timeout");
    host.startBackend();
    assertThat(host.backend().ask("generation")).isEqualTo("OptionalInt[1]");
    host.enforce("2 ENFORCE closed");
    assertThat(stream.sends("again")).isEqualTo("ok");
    assertThat(host.tcp(TestHost.ADDRESSES.get(0), BackendProgram.ALLOWED).hear())
        .isEqualTo("connected");
    assertThat(host.triesTcp(TestHost.ADDRESSES.get(0), BackendProgram.DENIED))
        .isEqualTo("timeout");
  }

  @Test
  void shouldRefuseEveryPacketWhenTheDaemonIsKilledUnderDropAll() throws Exception {
    host.enforce("1 ENFORCE closed drop-all");
    Conversation stream = host.connected();
    assertThat(stream.sends("judged")).isEqualTo("ok");
    host.backend().kill();
    assertThat(stream.tries("nobody listens")).isEqualTo("timeout");
  }

  @Test
  void shouldLetEverythingPassWhenTheDaemonIsKilledUnderOpen() throws Exception {
    host.enforce("1 ENFORCE open");
    assertThat(host.triesTcp(TestHost.ADDRESSES.get(0), BackendProgram.DENIED))
        .isEqualTo("timeout");
    host.backend().kill();
    for (String address : TestHost.ADDRESSES) {
      assertThat(host.tcp(address, BackendProgram.DENIED).hear()).isEqualTo("connected");
      assertThat(host.udp(address, BackendProgram.DENIED).sends("x")).isEqualTo("ok");
    }
  }

  @Test
  void shouldLeaveForeignRulesAsTheyWere() throws Exception {
    host.inHost("iptables", "-A", "OUTPUT", "-p", "udp", "--dport", "9", "-j", "DROP");
    host.inHost(
        "ip6tables", "-t", "mangle", "-A", "POSTROUTING", "-j", "MARK", "--set-xmark", "0x1/0x1");
    List<String> before = host.rules();
    host.enforce("1 ENFORCE closed");
    assertThat(host.rules()).containsAll(before).hasSizeGreaterThan(before.size());
    assertThat(host.backend().ask("disarm")).isEqualTo("done");
    assertThat(host.rules()).isEqualTo(before);
    assertThat(host.tcp(TestHost.ADDRESSES.get(0), BackendProgram.DENIED).hear())
        .isEqualTo("connected");
  }
}
