// SPDX-License-Identifier: Apache-2.0
package org.sallyport.shell.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The program runs as the self-test starts it: as one of its own, with nothing but its class. */
@Timeout(60)
class ThreadedSenderTest {

  private static final InetAddress HERE = InetAddress.getLoopbackAddress();

  private static String sockaddr(int port) {
    ByteBuffer bytes = ByteBuffer.allocate(16).order(ByteOrder.nativeOrder()).putShort((short) 2);
    bytes.order(ByteOrder.BIG_ENDIAN).putShort((short) port).put(HERE.getAddress());
    return HexFormat.of().formatHex(bytes.array());
  }

  private static String run(String... words) throws Exception {
    Path classes =
        Path.of(ThreadedSender.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    Path java = Path.of(System.getProperty("java.home"), "bin", "java");
    ProcessBuilder program =
        new ProcessBuilder(
            java.toString(), "-cp", classes.toString(), ThreadedSender.class.getName());
    program.command().addAll(List.of(words));
    Process process = program.redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
    long parent = ProcessHandle.current().pid();
    assertThat(said)
        .matches(
            "told " + process.pid() + " " + parent + " \\d+ \\d+ " + java.toRealPath() + "\\s+");
    return said;
  }

  @Test
  void shouldSendADatagramToEachAddress() throws Exception {
    try (DatagramChannel here = DatagramChannel.open().bind(new InetSocketAddress(HERE, 0))) {
      String to = sockaddr(((InetSocketAddress) here.getLocalAddress()).getPort());
      run("send", to, to);
      here.configureBlocking(false);
      for (int i = 0; i < 2; i++) {
        ByteBuffer datagram = ByteBuffer.allocate(64);
        assertThat(here.receive(datagram)).isNotNull();
        assertThat(new String(datagram.array(), 0, datagram.position(), StandardCharsets.US_ASCII))
            .isEqualTo("selftest");
      }
    }
  }

  @Test
  void shouldConnect() throws Exception {
    try (ServerSocketChannel here =
            ServerSocketChannel.open().bind(new InetSocketAddress(HERE, 0));
        Selector selector = Selector.open()) {
      run("connect", sockaddr(((InetSocketAddress) here.getLocalAddress()).getPort()));
      here.configureBlocking(false).register(selector, SelectionKey.OP_ACCEPT);
      assertThat(selector.selectNow()).isEqualTo(1);
    }
  }
}
