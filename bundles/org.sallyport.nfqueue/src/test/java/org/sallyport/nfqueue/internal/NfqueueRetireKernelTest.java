// SPDX-License-Identifier: Apache-2.0
package org.sallyport.nfqueue.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sallyport.nfqueue.internal.loop.TestContext;

/** What becomes of packets that wait when another backend takes over. Needs root. */
class NfqueueRetireKernelTest {

  private static final String V4 = TestHost.ADDRESSES.get(0);
  private static final String V6 = TestHost.ADDRESSES.get(1);
  private static final int PARKING = TestContext.QUEUE + 1;

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
  void shouldLetGoOnWhatItAllowsWhenItsQueueIsNoLongerLedTo() throws Exception {
    host.enforce("1 ENFORCE closed");
    Conversation v4 = host.tcp(V4, BackendProgram.SLOW);
    Conversation v6 = host.tcp(V6, BackendProgram.SLOW);
    host.awaitWaiting(PARKING, 2);
    rulesTakeOver();
    assertThat(v4.hasSpoken() || v6.hasSpoken()).isFalse();

    assertThat(ask("release")).isEqualTo("done");

    assertThat(v4.hear()).isEqualTo("connected");
    assertThat(v6.hear()).isEqualTo("connected");
    assertThat(ask("retired")).isEqualTo("done");
    assertThat(host.peer().awaitHeard(2)).containsExactlyInAnyOrder("tcp 7004", "tcp 7004");
    assertThat(ask("count no-listener")).isEqualTo("0");
    assertThat(queues()).isEmpty();
  }

  @Test
  void shouldStillRejectWhatItRefusesThen() throws Exception {
    host.enforce("1 ENFORCE closed reject-slow");
    Conversation v4 = host.tcp(V4, BackendProgram.SLOW);
    Conversation v6 = host.tcp(V6, BackendProgram.SLOW);
    host.awaitWaiting(PARKING, 2);
    rulesTakeOver();

    assertThat(ask("release")).isEqualTo("done");

    assertThat(v4.hear()).isEqualTo("Connection refused");
    assertThat(v6.hear()).isIn("Connection refused", "Permission denied");
    assertThat(ask("retired")).isEqualTo("done");
    assertThat(host.peer().heard()).isEmpty();
    assertThat(host.tcp(V4, BackendProgram.REJECTED).hear()).isEqualTo("connected");
  }

  @Test
  void shouldCountAndDropWhatIsNotAnsweredInTime() throws Exception {
    assertThat(ask("guard 1 closed")).isEqualTo("done");
    host.udp(V4, BackendProgram.ALLOWED).say("2 x");
    host.awaitWaiting(PARKING, 1);
    rulesTakeOver();

    assertThat(ask("retired")).isEqualTo("done");

    assertThat(ask("count no-listener")).isEqualTo("1");
    assertThat(ask("health")).contains("1 packets found no answer");
    assertThat(queues()).isEmpty();
  }

  @Test
  void shouldKeepItsQueueAsLongAsRulesLeadThere() throws Exception {
    host.enforce("1 ENFORCE closed");
    assertThat(ask("retire")).isEqualTo("begun");
    assertThat(ask("retired")).contains("rules may lead to the queue");
    host.connected();
  }

  @Test
  void shouldComeBackToAQueueThatWasGivenUp() throws Exception {
    host.enforce("1 ENFORCE closed");
    rulesTakeOver();
    assertThat(ask("retired")).isEqualTo("done");
    Conversation stream = host.connected();

    host.enforce("3 ENFORCE closed");

    assertThat(stream.sends("still")).isEqualTo("ok");
    assertThat(host.tcp(V4, BackendProgram.REJECTED).hear()).isEqualTo("Connection refused");
    assertThat(ask("health")).contains("active=true");
  }

  @Test
  void shouldJudgeWhatRulesAheadOfItPassOn() throws Exception {
    host.enforce("1 ENFORCE closed");
    Conversation stream = host.connected();
    assertThat(ask("both 2")).isEqualTo("done");

    assertThat(host.tcp(V4, BackendProgram.DENIED).hear()).as("by rule").isEqualTo("connected");
    assertThat(host.tcp(V6, BackendProgram.DENIED).hear()).as("by rule").isEqualTo("connected");
    assertThat(host.tcp(V4, BackendProgram.REJECTED).hear()).isEqualTo("Connection refused");
    assertThat(host.connected().sends("fresh")).isEqualTo("ok");
    assertThat(stream.sends("still")).isEqualTo("ok");

    assertThat(ask("both 2")).isEqualTo("done");
    assertThat(ask("health")).contains("active=true");
    host.backend().kill();
    assertThat(stream.sends("known")).as("without a listener").isEqualTo("ok");
    assertThat(host.triesTcp(V4, BackendProgram.ALLOWED)).isNotEqualTo("connected");
    assertThat(host.tcp(V4, BackendProgram.DENIED).hear()).as("by rule").isEqualTo("connected");
  }

  private void rulesTakeOver() throws Exception {
    assertThat(ask("rules 2")).isEqualTo("done");
    assertThat(ask("retire")).isEqualTo("begun");
  }

  private String ask(String command) throws Exception {
    return host.backend().ask(command);
  }

  private String queues() throws Exception {
    return host.inHost("cat", "/proc/net/netfilter/nfnetlink_queue");
  }
}
