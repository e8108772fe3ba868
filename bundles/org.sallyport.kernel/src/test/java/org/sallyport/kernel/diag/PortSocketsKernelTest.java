// SPDX-License-Identifier: Apache-2.0
package org.sallyport.kernel.diag;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.channels.DatagramChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PortSocketsKernelTest {

  private static final int UDP = 17;
  private static final int ENOENT = 2;
  private static final int EBADF = 9;

  private final List<DatagramChannel> open = new ArrayList<>();
  private PortSockets ports;

  @BeforeEach
  void open() throws Exception {
    ports = new PortSockets();
  }

  @AfterEach
  void close() throws Exception {
    for (DatagramChannel channel : open) {
      channel.close();
    }
    ports.close();
  }

  @Test
  void shouldListEverySocketOnThePortWhateverItsAddress() throws Exception {
    int port = port(bind(StandardProtocolFamily.INET, "127.0.0.1", 0));
    bind(StandardProtocolFamily.INET, "127.0.0.2", port);
    bind(StandardProtocolFamily.INET, "127.0.0.3", port)
        .connect(new InetSocketAddress("127.0.0.1", 9));
    bind(StandardProtocolFamily.INET6, "127.0.0.4", port);
    bind(StandardProtocolFamily.INET6, "::1", port);
    assertThat(ports.list(UDP, port, true)).isEqualTo(5);
    assertThat(LongStream.range(0, 5).map(i -> ports.cookie((int) i)).distinct().count())
        .isEqualTo(5);
    for (int i = 0; i < 5; i++) {
      assertThat(ports.inode(i)).isPositive();
      assertThat(ports.userId(i)).isZero();
      assertThat(ports.sendQueue(i)).as("nothing is on its way").isZero();
    }
    assertThat(ports.list(UDP, port, false)).as("cannot send over IPv4").isEqualTo(2);
    assertThatThrownBy(() -> ports.inode(2)).isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void shouldSayWhenThereAreMoreThanItTells() throws Exception {
    int port = port(bind(StandardProtocolFamily.INET, "127.0.1.1", 0));
    for (int i = 2; i <= PortSockets.MAX; i++) {
      bind(StandardProtocolFamily.INET, "127.0.1." + i, port);
    }
    assertThat(ports.list(UDP, port, true)).isEqualTo(PortSockets.MAX);
    bind(StandardProtocolFamily.INET, "127.0.2.1", port);
    bind(StandardProtocolFamily.INET6, "::1", port);
    assertThat(ports.list(UDP, port, true)).isEqualTo(PortSockets.MAX + 1);
    assertThat(ports.list(UDP, port, false)).isEqualTo(1);
  }

  @Test
  void shouldTellNothingFromRefusal() throws Exception {
    DatagramChannel gone = bind(StandardProtocolFamily.INET, "127.0.0.1", 0);
    int port = port(gone);
    gone.close();
    assertThat(ports.list(UDP, port, true)).isZero();
    assertThat(ports.list(1, port, true)).as("ICMP has no table").isEqualTo(-ENOENT);
    assertThat(ports.list(UDP, port, true)).as("after a refusal").isZero();
    ports.close();
    assertThat(ports.list(UDP, port, true)).isEqualTo(-EBADF);
  }

  @Test
  void shouldNotAllocate() throws Exception {
    com.sun.management.ThreadMXBean threads =
        (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    int port = port(bind(StandardProtocolFamily.INET, "127.0.0.1", 0));
    for (int i = 0; i < 20_000; i++) {
      ports.list(UDP, port, true);
    }
    long before = threads.getCurrentThreadAllocatedBytes();
    for (int i = 0; i < 5_000; i++) {
      ports.list(UDP, port, true);
    }
    assertThat((threads.getCurrentThreadAllocatedBytes() - before) / 5_000).isZero();
  }

  private DatagramChannel bind(StandardProtocolFamily family, String address, int port)
      throws Exception {
    DatagramChannel channel = DatagramChannel.open(family);
    open.add(channel);
    channel.setOption(StandardSocketOptions.SO_REUSEADDR, false);
    return channel.bind(new InetSocketAddress(address, port));
  }

  private static int port(DatagramChannel channel) throws Exception {
    return ((InetSocketAddress) channel.getLocalAddress()).getPort();
  }
}
