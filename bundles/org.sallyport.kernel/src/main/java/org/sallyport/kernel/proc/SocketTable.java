// SPDX-License-Identifier: Apache-2.0
package org.sallyport.kernel.proc;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads the kernel's tables of sockets, {@code /proc/net/tcp}, {@code tcp6}, {@code udp}, {@code
 * udp6} (proc(5)). A read walks all sockets and takes milliseconds. Thread-safe.
 */
public final class SocketTable {

  private static final int TCP = 6;
  private static final int UDP = 17;
  private static final int MAX_LINES = 1_000_000;
  private static final long V4_PREFIX = 0xffff_0000_0000L;

  private final Path net;

  /**
   * One end as the table writes it; addresses are two longs, IPv4 as {@code ::ffff:a.b.c.d}.
   *
   * @param high the address's upper 64 bits
   * @param low the address's lower 64 bits
   * @param port 0 to 65535
   */
  public record End(long high, long low, int port) {

    /** Whether the address stands for any. */
    boolean isAnyAddress() {
      return high == 0 && (low == 0 || low == V4_PREFIX);
    }
  }

  /**
   * One socket.
   *
   * @param local this host's end
   * @param remote the peer's end, all zero if not connected
   * @param state the state as TCP numbers them
   * @param userId the uid that owns the socket file
   * @param inode the socket's inode, 0 if no program holds it
   */
  public record Row(End local, End remote, int state, long userId, long inode) {

    private boolean mayHaveSent(End from, End to) {
      return local.port == from.port
          && (local.isAnyAddress() || sameAddress(local, from))
          && (isConnectedTo(to) || (remote.isAnyAddress() && remote.port == 0));
    }

    private boolean isConnectedTo(End to) {
      return remote.port == to.port && sameAddress(remote, to);
    }

    private static boolean sameAddress(End one, End other) {
      return one.high == other.high && one.low == other.low;
    }
  }

  /**
   * Makes a reader.
   *
   * @param proc whose {@code net} folder to read
   */
  public SocketTable(ProcFs proc) {
    net = proc.root().resolve("net");
  }

  /**
   * The sockets that may have sent a packet: those connected to its receiver if there are any, else
   * those not connected. More than one means that the sender is not certain.
   *
   * @param protocol an IP protocol number; only TCP and UDP have tables
   * @param local the sender's end
   * @param remote the receiver's end
   * @return the sockets, or an empty list
   */
  public List<Row> senders(int protocol, End local, End remote) {
    if (protocol != TCP && protocol != UDP) {
      return List.of();
    }
    String name = protocol == TCP ? "tcp" : "udp";
    List<Row> rows = new ArrayList<>();
    for (String file : new String[] {name, name + "6"}) {
      collect(net.resolve(file), local, remote, rows);
    }
    List<Row> connected = rows.stream().filter(r -> r.isConnectedTo(remote)).toList();
    return connected.isEmpty() ? List.copyOf(rows) : connected;
  }

  private static void collect(Path file, End local, End remote, List<Row> rows) {
    try (BufferedReader reader = Files.newBufferedReader(file, StandardCharsets.ISO_8859_1)) {
      String line = reader.readLine();
      for (int i = 0; line != null && i < MAX_LINES; i++) {
        parse(line).filter(row -> row.mayHaveSent(local, remote)).ifPresent(rows::add);
        line = reader.readLine();
      }
    } catch (IOException e) {
      // a host without IPv6 has no such table
    }
  }

  private static Optional<Row> parse(String line) {
    String[] field = line.strip().split("\\s+", 11);
    if (field.length < 10 || field[1].indexOf(':') < 0 || field[2].indexOf(':') < 0) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          new Row(
              end(field[1]),
              end(field[2]),
              Integer.parseInt(field[3], 16),
              Long.parseLong(field[7]),
              Long.parseLong(field[9])));
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  private static End end(String text) {
    int colon = text.indexOf(':');
    int port = Integer.parseInt(text.substring(colon + 1), 16);
    return switch (colon) {
      case 8 -> new End(0, V4_PREFIX | word(text, 0), port);
      case 32 ->
          new End(word(text, 0) << 32 | word(text, 8), word(text, 16) << 32 | word(text, 24), port);
      default -> throw new NumberFormatException("an address has 8 or 32 digits");
    };
  }

  /** 32 bits of an address; the kernel prints each in the host's order. */
  private static long word(String text, int from) {
    int raw = Integer.parseUnsignedInt(text.substring(from, from + 8), 16);
    int network = ByteOrder.nativeOrder() == ByteOrder.BIG_ENDIAN ? raw : Integer.reverseBytes(raw);
    return Integer.toUnsignedLong(network);
  }
}
