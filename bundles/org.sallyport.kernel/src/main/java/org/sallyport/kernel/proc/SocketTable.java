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
import java.util.OptionalInt;
import java.util.function.Predicate;

/**
 * Reads the kernel's tables of sockets: {@code tcp}, {@code udp}, {@code udplite}, {@code icmp} and
 * {@code raw} of {@code /proc/net} and those of the same names with a 6 (proc(5)). A read walks all
 * sockets of a kind and takes milliseconds. Thread-safe.
 */
public final class SocketTable {

  private static final int TCP = 6;
  private static final int UDP = 17;
  private static final int UDPLITE = 136;
  private static final int IPPROTO_RAW = 255;
  private static final int STATE_LISTEN = 10;
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
   * @param sendQueue bytes it sent and the kernel still holds; a datagram that waits for its
   *     verdict is part of them
   */
  public record Row(End local, End remote, int state, long userId, long inode, long sendQueue) {

    private boolean mayHaveSent(End from, End to) {
      return isAt(from) && (isConnectedTo(to) || !isConnected());
    }

    private boolean isConnected() {
      return remote.port != 0 || !remote.isAnyAddress();
    }

    private boolean isAt(End from) {
      return local.port == from.port && (local.isAnyAddress() || sameAddress(local, from));
    }

    /**
     * Whether another socket is bound as narrowly: to the same address, or both to any.
     *
     * @param other the other
     * @return true if a packet to both would reach either
     */
    public boolean isBoundAs(Row other) {
      return local.isAnyAddress() ? other.local.isAnyAddress() : sameAddress(local, other.local);
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
   * Whether a protocol's sockets have ends that can be looked up here.
   *
   * @param protocol an IP protocol number
   * @return true for TCP, UDP and UDP-Lite
   */
  public static boolean hasEnds(int protocol) {
    return protocol == TCP || protocol == UDP || protocol == UDPLITE;
  }

  /**
   * The sockets with these ends: those connected to the other end if there are any, else those not
   * connected. For datagrams that is who is given them, but not who sent them: {@link #onPort}.
   *
   * @param protocol an IP protocol number; none but TCP, UDP and UDP-Lite have senders here
   * @param local this host's end
   * @param remote the peer's end
   * @return the sockets, or an empty list
   */
  public List<Row> senders(int protocol, End local, End remote) {
    List<Row> rows = withEnds(protocol, row -> row.mayHaveSent(local, remote));
    List<Row> connected = rows.stream().filter(r -> r.isConnectedTo(remote)).toList();
    return connected.isEmpty() ? rows : connected;
  }

  /**
   * The sockets that may be given what belongs to no connected one, such as listeners.
   *
   * @param protocol an IP protocol number; none but TCP, UDP and UDP-Lite have receivers here
   * @param local this host's end
   * @return the sockets, or an empty list
   */
  public List<Row> unconnected(int protocol, End local) {
    return withEnds(protocol, row -> row.isAt(local) && !row.isConnected());
  }

  /**
   * The TCP sockets that may have sent a packet whose receiver was changed on its way: all with its
   * local end, whatever they are connected to.
   *
   * @param local the sender's end
   * @return the sockets, or an empty list
   */
  public List<Row> tcpSendersToAnywhere(End local) {
    return withEnds(TCP, row -> row.isAt(local) && row.state != STATE_LISTEN);
  }

  /**
   * The sockets that may have sent a datagram from a port. Their addresses tell nothing: a program
   * can give both with each packet, whatever its socket is bound or connected to.
   *
   * @param protocol UDP or UDP-Lite
   * @param port the sender's port
   * @return the sockets, or an empty list
   */
  public List<Row> onPort(int protocol, int port) {
    return withEnds(protocol, row -> row.local.port == port);
  }

  private List<Row> withEnds(int protocol, Predicate<Row> wanted) {
    if (!hasEnds(protocol)) {
      return List.of();
    }
    String name = protocol == TCP ? "tcp" : protocol == UDP ? "udp" : "udplite";
    return read(wanted, name, name + "6");
  }

  /**
   * The datagram sockets for ICMP echo (icmp(7)).
   *
   * @param v6 whether ICMPv6 is meant
   * @param identifier the echo's identifier, which is the socket's local port; empty for all
   * @return the sockets, or an empty list
   */
  public List<Row> echoSenders(boolean v6, OptionalInt identifier) {
    return read(
        row -> identifier.isEmpty() || row.local.port == identifier.getAsInt(),
        v6 ? "icmp6" : "icmp");
  }

  /**
   * The raw sockets that may have sent a packet: those of its protocol, and those that write every
   * header themselves (raw(7)). Their addresses tell nothing, both can be given with each packet.
   *
   * @param v6 whether the packet is an IPv6 one
   * @param protocol an IP protocol number, 0 to 255
   * @return the sockets, or an empty list
   */
  public List<Row> rawSenders(boolean v6, int protocol) {
    return read(
        row -> row.local.port == protocol || row.local.port == IPPROTO_RAW, v6 ? "raw6" : "raw");
  }

  /**
   * All raw sockets: each may write a packet of any protocol, its IP header and all.
   *
   * @param v6 whether the packet is an IPv6 one
   * @return the sockets, or an empty list
   */
  public List<Row> raw(boolean v6) {
    return read(row -> true, v6 ? "raw6" : "raw");
  }

  /**
   * The raw sockets that are given a protocol's packets.
   *
   * @param v6 whether the packet is an IPv6 one
   * @param protocol an IP protocol number, 0 to 255
   * @return the sockets, or an empty list
   */
  public List<Row> rawReceivers(boolean v6, int protocol) {
    return read(row -> row.local.port == protocol, v6 ? "raw6" : "raw");
  }

  private List<Row> read(Predicate<Row> wanted, String... files) {
    List<Row> rows = new ArrayList<>();
    for (String file : files) {
      collect(net.resolve(file), wanted, rows);
    }
    return List.copyOf(rows);
  }

  private static void collect(Path file, Predicate<Row> wanted, List<Row> rows) {
    try (BufferedReader reader = Files.newBufferedReader(file, StandardCharsets.ISO_8859_1)) {
      String line = reader.readLine();
      for (int i = 0; line != null && i < MAX_LINES; i++) {
        parse(line).filter(wanted).ifPresent(rows::add);
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
              Long.parseLong(field[9]),
              Long.parseLong(field[4].substring(0, Math.max(0, field[4].indexOf(':'))), 16)));
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
