// SPDX-License-Identifier: Apache-2.0
package org.sallyport.kernel.nftables;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.sallyport.kernel.internal.OwnNamespace;

/** The counter of the running kernel, in a namespace of its own. Needs root. */
class RulesetGenerationKernelTest {

  private OwnNamespace namespace;

  @BeforeEach
  void enter() throws Exception {
    namespace = new OwnNamespace();
  }

  @AfterEach
  void leave() {
    namespace.close();
  }

  @Test
  void shouldMoveWithEachCommit() throws Exception {
    namespace.run(
        () -> {
          long before = RulesetGeneration.current();
          run("iptables-nft -A OUTPUT -p udp -j ACCEPT");
          long after = RulesetGeneration.current();
          assertThat(after).isNotEqualTo(before);
          run("nft add table inet theirs");
          long later = RulesetGeneration.current();
          assertThat(later).isNotEqualTo(after);
          run("ip6tables-nft -F OUTPUT");
          assertThat(RulesetGeneration.current()).isNotEqualTo(later);
          return null;
        });
  }

  @Test
  void shouldStayWhileRulesAreReadAndPacketsPass() throws Exception {
    namespace.run(
        () -> {
          run("iptables-nft -A OUTPUT -p udp -j ACCEPT");
          long before = RulesetGeneration.current();
          run("iptables-nft-save -c");
          run("ip6tables-nft-save -c -t security");
          run("iptables-legacy -A OUTPUT -p udp -j ACCEPT");
          try (DatagramSocket socket = new DatagramSocket()) {
            InetAddress loopback = InetAddress.getByName("127.0.0.1");
            socket.send(new DatagramPacket(new byte[1], 1, loopback, 9));
          }
          assertThat(RulesetGeneration.current()).isEqualTo(before);
          return null;
        });
  }

  private static void run(String command) throws Exception {
    OwnNamespace.command(command.split(" "));
  }
}
