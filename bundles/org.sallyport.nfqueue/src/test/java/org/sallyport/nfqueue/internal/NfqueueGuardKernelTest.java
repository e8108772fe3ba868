// SPDX-License-Identifier: Apache-2.0
package org.sallyport.nfqueue.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sallyport.nfqueue.internal.loop.TestContext;

/** What holds between the start and the first policy, in the running kernel. Needs root. */
class NfqueueGuardKernelTest {

  private static final String V4 = TestHost.ADDRESSES.get(0);

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
  void shouldHaveEverythingNewWaitForTheFirstPolicy() throws Exception {
    assertThat(host.backend().ask("guard 1 closed")).isEqualTo("done");
    Conversation allowed = host.tcp(V4, BackendProgram.ALLOWED);
    Conversation denied = host.udp(V4, BackendProgram.DENIED);
    denied.say("2 x");
    Conversation rejected = host.tcp(V4, BackendProgram.REJECTED);
    host.awaitWaiting(TestContext.QUEUE + 1, 3);
    assertThat(allowed.hasSpoken() || rejected.hasSpoken()).isFalse();
    assertThat(host.backend().ask("count no-policy")).isEqualTo("3");
    host.enforce("2 ENFORCE closed");
    assertThat(allowed.hear()).isEqualTo("connected");
    assertThat(rejected.hear()).isEqualTo("Connection refused");
    assertThat(denied.hear()).isEqualTo("timeout");
    assertThat(host.peer().awaitHeard(1)).containsExactly("tcp 7001");
  }

  @Test
  void shouldLeaveTheRulesOfAnEarlierDaemonAsTheyAre() throws Exception {
    host.enforce("1 ENFORCE closed");
    Conversation stream = host.connected();
    List<String> before = host.rules();
    host.backend().kill();
    host.startBackend();
    assertThat(host.backend().ask("guard 2 closed")).isEqualTo("done");
    assertThat(host.rules()).isEqualTo(before);
    assertThat(stream.sends("still")).isEqualTo("ok");
    Conversation fresh = host.tcp(V4, BackendProgram.ALLOWED);
    host.awaitWaiting(TestContext.QUEUE + 1, 1);
    host.enforce("2 ENFORCE closed");
    assertThat(fresh.hear()).isEqualTo("connected");
  }

  @Test
  void shouldLetPassWithoutAPolicyIfPeopleChoseSo() throws Exception {
    assertThat(host.backend().ask("guard 1 open")).isEqualTo("done");
    assertThat(host.tcp(V4, BackendProgram.DENIED).hear()).isEqualTo("connected");
    assertThat(host.backend().ask("count no-policy")).isEqualTo("1");
  }
}
