// SPDX-License-Identifier: Apache-2.0
package org.sallyport.nfqueue.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sallyport.nfqueue.internal.loop.TestContext;

/** One instance of the backend follows another while programs talk. Needs root. */
class NfqueueHandOverKernelTest {

  private static final String V4 = TestHost.ADDRESSES.get(0);
  private static final String V6 = TestHost.ADDRESSES.get(1);

  @TempDir private Path state;
  private TestHost host;

  @BeforeEach
  void makeHost() throws Exception {
    host = new TestHost(state);
    host.enforce("1 ENFORCE closed");
  }

  @AfterEach
  void removeHost() throws Exception {
    host.close();
  }

  private void countOpenings() throws Exception {
    host.inPeer("iptables", "-t", "raw", "-A", "PREROUTING", "-p", "tcp", "--syn");
  }

  private String openings() throws Exception {
    return host.inPeer("iptables-save", "-c", "-t", "raw");
  }

  @Test
  void shouldHavePacketsWaitUntilTheNextInstanceGoesOn() throws Exception {
    countOpenings();
    assertThat(host.backend().ask("stop")).isEqualTo("done");
    Conversation stream = host.tcp(V4, BackendProgram.ALLOWED);
    Conversation datagrams = host.udp(V6, BackendProgram.ALLOWED);
    datagrams.say("20 one");
    Conversation denied = host.udp(V4, BackendProgram.DENIED);
    denied.say("2 two");
    host.awaitWaiting(TestContext.QUEUE, 3);
    assertThat(stream.hasSpoken() || datagrams.hasSpoken()).isFalse();
    host.enforce("2 ENFORCE closed");
    assertThat(stream.hear()).isEqualTo("connected");
    assertThat(datagrams.hear()).isEqualTo("ok");
    assertThat(denied.hear()).isEqualTo("timeout");
    assertThat(host.peer().heard()).containsExactlyInAnyOrder("tcp 7001", "udp 7001 one");
    assertThat(openings()).as("no SYN was sent twice").contains("[1:60] -A PREROUTING");
    assertThat(host.backend().ask("count queue-full")).isEqualTo("0");
  }

  @Test
  void shouldGoOnAskingAboutWhatWasHeld() throws Exception {
    countOpenings();
    Conversation datagrams = host.udp(V4, BackendProgram.SLOW);
    datagrams.say("20 first");
    Conversation stream = host.tcp(V4, BackendProgram.SLOW);
    host.awaitWaiting(TestContext.QUEUE + 1, 2);
    for (int generation = 2; generation < 5; generation++) {
      assertThat(host.backend().ask("stop")).isEqualTo("done");
      host.awaitWaiting(TestContext.QUEUE + 1, 2);
      host.enforce(generation + " ENFORCE closed");
    }
    assertThat(datagrams.hasSpoken() || stream.hasSpoken()).isFalse();
    assertThat(host.backend().ask("release")).isEqualTo("done");
    assertThat(datagrams.hear()).isEqualTo("ok");
    assertThat(stream.hear()).isEqualTo("connected");
    assertThat(openings()).contains("[1:60] -A PREROUTING");
  }

  @Test
  void shouldRefuseNewFlowsWhenNobodyTakesOver() throws Exception {
    Conversation stream = host.connected();
    assertThat(host.backend().ask("stop")).isEqualTo("done");
    Conversation waiting = host.udp(V4, BackendProgram.ALLOWED);
    waiting.say("1 lost");
    host.awaitWaiting(TestContext.QUEUE, 1);
    assertThat(host.backend().ask("expire")).isEqualTo("done");
    assertThat(stream.sends("still")).isEqualTo("ok");
    assertThat(waiting.hear()).isEqualTo("timeout");
    assertThat(host.triesTcp(V4, BackendProgram.ALLOWED)).isEqualTo("timeout");
    host.enforce("2 ENFORCE closed");
    assertThat(host.tcp(V4, BackendProgram.ALLOWED).hear()).isEqualTo("connected");
    assertThat(host.peer().hear()).isEqualTo("tcp 7001");
    assertThat(host.peer().hear()).isEqualTo("tcp 7001");
    assertThat(host.peer().hasSpoken()).isFalse();
  }
}
