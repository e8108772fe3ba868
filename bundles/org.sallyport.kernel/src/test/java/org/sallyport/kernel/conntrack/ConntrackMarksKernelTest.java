// SPDX-License-Identifier: Apache-2.0
package org.sallyport.kernel.conntrack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.sallyport.kernel.internal.OwnNamespace;
import org.sallyport.kernel.netlink.KernelException;

/** Sweeping marks out of the running kernel's table, in a namespace of its own. Needs root. */
class ConntrackMarksKernelTest {

  private static final int OURS = 0xffff0000;
  private static final long PATIENCE_MS = 10_000;

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
  void shouldClearOurBitsOfBothFamiliesAndNoOther() throws Exception {
    namespace.run(
        () -> {
          mark("127.0.0.1", 5001, "0x20050003");
          mark("127.0.0.1", 5002, "0x7");
          mark("::1", 5003, "0x6fff0000");
          assertThat(ConntrackMarks.clear(OURS, PATIENCE_MS)).isEqualTo(2);
          assertThat(marksOf(5001)).containsExactly("mark=3");
          assertThat(marksOf(5002)).containsExactly("mark=7");
          assertThat(marksOf(5003)).containsExactly("mark=0");
          assertThat(ConntrackMarks.clear(OURS, PATIENCE_MS)).isZero();
          return null;
        });
  }

  @Test
  void shouldFindConnectionsInZones() throws Exception {
    namespace.run(
        () -> {
          tables("iptables -t raw -A OUTPUT -p udp --dport 5004 -j CT --zone-orig 9");
          tables("iptables -t raw -A OUTPUT -p udp --dport 5005 -j CT --zone 8");
          mark("127.0.0.1", 5004, "0x20050000");
          mark("127.0.0.1", 5005, "0x20050000");
          assertThat(ConntrackMarks.clear(OURS, PATIENCE_MS)).isEqualTo(2);
          assertThat(marksOf(5004)).containsExactly("mark=0");
          assertThat(marksOf(5005)).containsExactly("mark=0");
          return null;
        });
  }

  @Test
  void shouldWalkATableOfManyDatagrams() throws Exception {
    namespace.run(
        () -> {
          tables("iptables -t mangle -A OUTPUT -p udp -j CONNMARK --set-xmark 0x20010000");
          InetAddress loopback = InetAddress.getByName("127.0.0.1");
          try (DatagramSocket socket = new DatagramSocket()) {
            for (int port = 20_000; port < 23_000; port++) {
              socket.send(new DatagramPacket(new byte[1], 1, loopback, port));
            }
          }
          assertThat(ConntrackMarks.clear(OURS, PATIENCE_MS)).isEqualTo(3000);
          assertThat(ConntrackMarks.clear(OURS, PATIENCE_MS)).isZero();
          return null;
        });
  }

  @Test
  void shouldGiveUpWhenTheTimeIsOver() throws Exception {
    namespace.run(
        () -> {
          assertThatThrownBy(() -> ConntrackMarks.clear(OURS, 0))
              .isInstanceOf(KernelException.class)
              .hasMessageContaining("takes too long");
          return null;
        });
  }

  private static void mark(String address, int port, String mark) throws Exception {
    String tool = address.contains(":") ? "ip6tables" : "iptables";
    tables(
        tool + " -t mangle -A OUTPUT -p udp --dport " + port + " -j CONNMARK --set-mark " + mark);
    try (DatagramSocket socket = new DatagramSocket()) {
      socket.send(new DatagramPacket(new byte[1], 1, InetAddress.getByName(address), port));
    }
  }

  private static void tables(String command) throws Exception {
    OwnNamespace.command(command.split(" "));
  }

  private static List<String> marksOf(int port) throws Exception {
    Process list =
        new ProcessBuilder("conntrack", "-L", "-p", "udp", "--orig-port-dst", "" + port)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    String out = new String(list.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return Arrays.stream(out.split("\\s+")).filter(word -> word.startsWith("mark=")).toList();
  }
}
