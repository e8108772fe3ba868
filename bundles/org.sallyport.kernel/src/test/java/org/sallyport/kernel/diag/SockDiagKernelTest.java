// SPDX-License-Identifier: Apache-2.0
package org.sallyport.kernel.diag;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.net.DatagramSocket;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sallyport.kernel.diag.SockDiag.Outcome;

class SockDiagKernelTest {

  private static final int TCP = 6;
  private static final int UDP = 17;
  private SockDiag diag;

  @BeforeEach
  void open() throws Exception {
    diag = new SockDiag();
  }

  @AfterEach
  void close() {
    diag.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "::1"})
  void shouldFindAConnectedTcpSocket(String address) throws Exception {
    InetAddress loopback = InetAddress.getByName(address);
    try (ServerSocket server = new ServerSocket(0, 1, loopback);
        SocketChannel client = SocketChannel.open(server.getLocalSocketAddress())) {
      ends(client.getLocalAddress(), client.getRemoteAddress());
      assertThat(diag.lookup(TCP)).isEqualTo(Outcome.FOUND);
      assertThat(diag.state()).isEqualTo(1);
      assertThat(diag.userId()).isZero();
      assertThat(diag.cookie()).isNotZero();
      assertThat(holdsHere(diag.inode())).isTrue();
      long cookie = diag.cookie();
      ends(client.getRemoteAddress(), client.getLocalAddress());
      assertThat(diag.lookup(TCP)).isEqualTo(Outcome.FOUND);
      assertThat(diag.cookie()).as("the other end").isNotEqualTo(cookie);
      assertThat(diag.inode()).as("not accepted yet").isZero();
    }
  }

  @Test
  void shouldFindADualStackTcpSocketByItsIpv4Addresses() throws Exception {
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"));
        SocketChannel client = SocketChannel.open(StandardProtocolFamily.INET6)) {
      client.connect(server.getLocalSocketAddress());
      ends(client.getLocalAddress(), client.getRemoteAddress());
      assertThat(diag.lookup(TCP)).isEqualTo(Outcome.FOUND);
      assertThat(holdsHere(diag.inode())).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "::1"})
  void shouldFindAConnectedUdpSocket(String address) throws Exception {
    InetAddress loopback = InetAddress.getByName(address);
    try (DatagramSocket peer = new DatagramSocket(0, loopback);
        DatagramSocket client = new DatagramSocket(0, loopback)) {
      client.connect(peer.getLocalSocketAddress());
      ends(client.getLocalSocketAddress(), peer.getLocalSocketAddress());
      assertThat(diag.lookup(UDP)).isEqualTo(Outcome.FOUND);
      assertThat(holdsHere(diag.inode())).isTrue();
      long cookie = diag.cookie();
      ends(peer.getLocalSocketAddress(), client.getLocalSocketAddress());
      assertThat(diag.lookup(UDP)).isEqualTo(Outcome.FOUND);
      assertThat(diag.cookie()).isNotEqualTo(cookie);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"INET", "INET6"})
  void shouldFindAnUnconnectedUdpSocketOnTheWildcard(String family) throws Exception {
    try (DatagramChannel channel = DatagramChannel.open(StandardProtocolFamily.valueOf(family))) {
      channel.bind(new InetSocketAddress(0));
      int port = ((InetSocketAddress) channel.getLocalAddress()).getPort();
      InetAddress loopback = InetAddress.getByName("127.0.0.1");
      ends(new InetSocketAddress(loopback, port), new InetSocketAddress("192.0.2.1", 53));
      assertThat(diag.lookup(UDP)).isEqualTo(Outcome.FOUND);
      assertThat(diag.state()).isEqualTo(7);
      assertThat(holdsHere(diag.inode())).isTrue();
    }
  }

  @Test
  void shouldNotFindAClosedUdpSocketNorAnUnknownProtocol() throws Exception {
    InetAddress loopback = InetAddress.getByName("127.0.0.1");
    DatagramSocket gone = new DatagramSocket(0, loopback);
    InetSocketAddress local = new InetSocketAddress(loopback, gone.getLocalPort());
    gone.close();
    ends(local, new InetSocketAddress("192.0.2.1", 53));
    assertThat(diag.lookup(UDP)).isEqualTo(Outcome.NOT_FOUND);
    assertThat(diag.lookup(1)).isEqualTo(Outcome.NOT_FOUND);
    assertThat(diag.inode()).isZero();
    diag.close();
    assertThat(diag.lookup(UDP)).isEqualTo(Outcome.FAILED);
    assertThat(diag.lastError()).isEqualTo(9);
  }

  @Test
  void shouldNotAllocate() throws Exception {
    com.sun.management.ThreadMXBean threads =
        (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    ends(new InetSocketAddress("127.0.0.1", 1), new InetSocketAddress("127.0.0.1", 2));
    for (int i = 0; i < 20_000; i++) {
      diag.lookup(TCP);
    }
    long before = threads.getCurrentThreadAllocatedBytes();
    for (int i = 0; i < 5_000; i++) {
      diag.lookup(TCP);
    }
    long perLookup = (threads.getCurrentThreadAllocatedBytes() - before) / 5_000;
    assertThat(perLookup).isZero();
  }

  private void ends(java.net.SocketAddress local, java.net.SocketAddress remote) {
    long[] here = bits((InetSocketAddress) local);
    long[] there = bits((InetSocketAddress) remote);
    diag.local(here[0], here[1], ((InetSocketAddress) local).getPort());
    diag.remote(there[0], there[1], ((InetSocketAddress) remote).getPort());
  }

  private static long[] bits(InetSocketAddress end) {
    ByteBuffer bytes = ByteBuffer.wrap(end.getAddress().getAddress());
    return end.getAddress() instanceof Inet4Address
        ? new long[] {0, 0xffff_0000_0000L | (bytes.getInt() & 0xffff_ffffL)}
        : new long[] {bytes.getLong(), bytes.getLong()};
  }

  private static boolean holdsHere(long inode) throws Exception {
    try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
      return descriptors.anyMatch(
          fd -> {
            try {
              return Files.readSymbolicLink(fd).toString().equals("socket:[" + inode + "]");
            } catch (java.io.IOException e) {
              return false;
            }
          });
    }
  }
}
