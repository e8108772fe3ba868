// SPDX-License-Identifier: Apache-2.0
package org.sallyport.kernel.proc;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sallyport.kernel.proc.SocketTable.End;
import org.sallyport.kernel.proc.SocketTable.Row;

class SocketTableTest {

  private static final long V4 = 0xffff_0000_0000L;
  private static final String REST = " 00000000:00000000 00:00000000 00000000 ";
  private static final End LOCAL = new End(0, V4 | 0x7f000001, 0xd431);
  private static final End REMOTE = new End(0, V4 | 0x0a000002, 53);

  @TempDir Path root;
  private SocketTable table;

  @BeforeEach
  void build() throws Exception {
    Files.createDirectories(root.resolve("net"));
    table = new SocketTable(new ProcFs(root));
  }

  @Test
  void shouldReadAnIpv4Socket() throws Exception {
    write("tcp", "0: 0100007F:D431 0200000A:0035 01" + REST + " 1000 0 4242 1 0000000000000000");
    Row row = new Row(LOCAL, REMOTE, 1, 1000, 4242, 0);
    assertThat(table.senders(6, LOCAL, REMOTE)).containsExactly(row);
    assertThat(table.senders(17, LOCAL, REMOTE)).isEmpty();
    assertThat(table.senders(1, LOCAL, REMOTE)).isEmpty();
  }

  @Test
  void shouldReadADualStackSocket() throws Exception {
    write(
        "udp6",
        "0: 0000000000000000FFFF00000100007F:D431 0000000000000000FFFF00000200000A:0035 01"
            + REST
            + " 0 0 77 1 0");
    assertThat(table.senders(17, LOCAL, REMOTE)).extracting(Row::inode).containsExactly(77L);
  }

  @Test
  void shouldPreferTheConnectedSocket() throws Exception {
    write(
        "udp",
        "0: 00000000:D431 00000000:0000 07" + REST + " 0 0 1 2 0",
        "1: 0100007F:D431 0200000A:0035 01" + REST + " 0 0 2 2 0",
        "2: 0100007F:D431 0300000A:0035 01" + REST + " 0 0 3 2 0");
    assertThat(table.senders(17, LOCAL, REMOTE)).extracting(Row::inode).containsExactly(2L);
  }

  @Test
  void shouldNameAllSocketsThatShareAPort() throws Exception {
    write("udp", "0: 00000000:D431 00000000:0000 07" + REST + " 0 0 1 2 0");
    write(
        "udp6",
        "1: " + "0".repeat(32) + ":D431 " + "0".repeat(32) + ":0000 07" + REST + " 0 0 2 2 0");
    assertThat(table.senders(17, LOCAL, REMOTE)).extracting(Row::inode).containsExactly(1L, 2L);
  }

  @Test
  void shouldNameAllSocketsOnAPortWhateverTheirAddresses() throws Exception {
    String busy = " 0000002A:00000007 00:00000000 00000000";
    write(
        "udp",
        "0: 0100007F:D431 0200000A:0035 01" + REST + " 0 0 1 2 0",
        "1: 0200007F:D431 00000000:0000 07" + busy + " 0 0 2 2 0",
        "2: 0100007F:D432 0200000A:0035 01" + REST + " 0 0 3 2 0");
    assertThat(table.onPort(17, LOCAL.port())).extracting(Row::inode).containsExactly(1L, 2L);
    assertThat(table.onPort(17, LOCAL.port())).extracting(Row::sendQueue).containsExactly(0L, 42L);
    assertThat(table.onPort(136, LOCAL.port())).isEmpty();
  }

  @Test
  void shouldKnowUdpLite() throws Exception {
    write("udplite", "0: 00000000:D431 00000000:0000 07" + REST + " 0 0 5 2 0");
    assertThat(table.senders(136, LOCAL, REMOTE)).extracting(Row::inode).containsExactly(5L);
  }

  @Test
  void shouldFindTheEchoSocketByItsIdentifier() throws Exception {
    write(
        "icmp",
        "0: 00000000:0007 00000000:0000 07" + REST + " 0 0 1 2 0",
        "1: 00000000:0008 00000000:0000 07" + REST + " 5 0 2 2 0");
    assertThat(table.echoSenders(false, OptionalInt.of(8)))
        .extracting(Row::inode)
        .containsExactly(2L);
    assertThat(table.echoSenders(false, OptionalInt.empty())).hasSize(2);
    assertThat(table.echoSenders(true, OptionalInt.of(8))).isEmpty();
  }

  @Test
  void shouldFindRawSocketsByTheirProtocol() throws Exception {
    write(
        "raw",
        "1: 00000000:0001 00000000:0000 07" + REST + " 0 0 1 2 0",
        "89: 00000000:0059 00000000:0000 07" + REST + " 0 0 2 2 0",
        "255: 00000000:00FF 00000000:0000 07" + REST + " 0 0 3 2 0");
    assertThat(table.rawSenders(false, 89)).extracting(Row::inode).containsExactly(2L, 3L);
    assertThat(table.rawReceivers(false, 89)).extracting(Row::inode).containsExactly(2L);
    assertThat(table.rawSenders(true, 89)).isEmpty();
    assertThat(table.raw(false)).extracting(Row::inode).containsExactly(1L, 2L, 3L);
    assertThat(table.raw(true)).isEmpty();
  }

  @Test
  void shouldFindTheSocketWhoseReceiverWasChanged() throws Exception {
    write(
        "tcp",
        "0: 0100007F:D431 0300000A:0035 02" + REST + " 0 0 1 2 0",
        "1: 0100007F:D431 00000000:0000 0A" + REST + " 0 0 2 2 0",
        "2: 0100007F:D432 0300000A:0035 02" + REST + " 0 0 3 2 0");
    assertThat(table.senders(6, LOCAL, REMOTE)).extracting(Row::inode).containsExactly(2L);
    assertThat(table.tcpSendersToAnywhere(LOCAL)).extracting(Row::inode).containsExactly(1L);
    assertThat(table.unconnected(6, LOCAL)).extracting(Row::inode).containsExactly(2L);
  }

  @Test
  void shouldTellWhoIsBoundAsNarrowly() throws Exception {
    write(
        "tcp",
        "0: 0100007F:D431 00000000:0000 0A" + REST + " 0 0 1 2 0",
        "1: 00000000:D431 00000000:0000 0A" + REST + " 0 0 2 2 0");
    List<Row> rows = table.senders(6, LOCAL, REMOTE);
    assertThat(rows.get(0).isBoundAs(rows.get(1))).isFalse();
    assertThat(rows.get(1).isBoundAs(rows.get(1))).isTrue();
    assertThat(rows.get(0).isBoundAs(rows.get(0))).isTrue();
  }

  @Test
  void shouldSkipGarbage() throws Exception {
    write("udp", "", "x y z", "0: 1:2 3:4 zz 0 0 0 0 0 0 0", "1: 00:1 00:1 07 0 0 0 0 0 0 0 0");
    assertThat(table.senders(17, LOCAL, REMOTE)).isEmpty();
  }

  private void write(String name, String... lines) throws Exception {
    Files.writeString(
        root.resolve("net/" + name), "  sl  local_address\n" + String.join("\n", lines) + "\n");
  }
}
