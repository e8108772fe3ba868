// SPDX-License-Identifier: Apache-2.0
package org.sallyport.control.internal;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.UserPrincipal;
import java.util.Arrays;
import java.util.Optional;
import org.sallyport.itests.fuzz.kit.Check;
import org.sallyport.itests.fuzz.kit.Scratch;

/**
 * A client's bytes on a real Unix socket, sent and ended; the client is a member of the group that
 * may read. Whatever it sends, the daemon ends the connection soon, what it said are frames, and
 * the next client is served. No thread and no place is lost.
 */
public final class ControlSocketTarget {

  private static final int CLIENTS = 8;
  private static final long PATIENCE_MS = 5_000;
  private static final long COMMAND_MS = 2;

  private static final byte[] STATUS = {
    1, 0, 0, 0, 22, 1, 0, 0, 80, 0, 24, 0, 0, 0, 0, 0, 1, 0, 0, 0, 6, 's', 't', 'a', 't', 'u', 's'
  };
  private static final byte[] DONE = {0x15, 0, 0, 0, 1, 0};

  private static final Path SOCKET = serve();
  private static int clients;

  private ControlSocketTarget() {}

  private static Path serve() {
    try {
      Path folder = Scratch.folder("control");
      UserPrincipal self = Files.getOwner(folder);
      UserPrincipal root =
          folder.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName("12345");
      String group = Files.readAttributes(folder, PosixFileAttributes.class).group().getName();
      ControlSocket socket = ControlSocket.open(folder, self, Optional.empty());
      ControlServer.Limits limits = new ControlServer.Limits(CLIENTS, CLIENTS, 60_000);
      PeerPolicy policy = new PeerPolicy(root, new ReaderGroup(group));
      ControlServer server = new ControlServer(socket, policy, FuzzShell.make(), limits);
      server.start();
      return Path.of(server.address());
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  public static void fuzzerTestOneInput(byte[] input) throws IOException {
    converse(input, true);
    if (++clients % 16 == 0) {
      // The places of those before may be free a moment after their end.
      Check.that(isServed(), "the next client is served");
    }
    if (clients % 256 == 0) {
      long threads =
          Thread.getAllStackTraces().keySet().stream()
              .filter(thread -> thread.getName().equals("sallyport-control-client"))
              .count();
      Check.that(threads <= 8 * CLIENTS, () -> threads + " threads after " + clients + " clients");
    }
  }

  private static boolean isServed() throws IOException {
    long end = System.nanoTime() + PATIENCE_MS * 1_000_000;
    boolean served = Arrays.equals(converse(STATUS, false), DONE);
    while (!served && System.nanoTime() < end) {
      served = Arrays.equals(converse(STATUS, false), DONE);
    }
    return served;
  }

  private static byte[] converse(byte[] input, boolean thenGone) throws IOException {
    try (SocketChannel client = SocketChannel.open(UnixDomainSocketAddress.of(SOCKET));
        Selector selector = Selector.open()) {
      client.configureBlocking(false);
      ByteArrayOutputStream answer = new ByteArrayOutputStream();
      send(client, selector, input, answer);
      end(client, selector, thenGone);
      receive(client, selector, answer);
      return frames(answer.toByteArray());
    }
  }

  /** Sends everything, and reads meanwhile: nobody waits for a client that does not read. */
  private static void send(
      SocketChannel client, Selector selector, byte[] input, ByteArrayOutputStream answer)
      throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(input);
    SelectionKey key = client.register(selector, SelectionKey.OP_WRITE | SelectionKey.OP_READ);
    try {
      while (bytes.hasRemaining()) {
        Check.that(selector.select(PATIENCE_MS) > 0, "the daemon reads or answers");
        selector.selectedKeys().clear();
        client.write(bytes);
        if (bytes.hasRemaining() && !read(client, answer)) {
          return;
        }
      }
    } catch (IOException e) {
      // The daemon had heard enough, and closed.
    }
    key.interestOps(SelectionKey.OP_READ);
  }

  /** Who ends is taken for gone: its command is interrupted, unless it was quick. */
  private static void end(SocketChannel client, Selector selector, boolean thenGone) {
    try {
      if (thenGone) {
        selector.select(COMMAND_MS);
        selector.selectedKeys().clear();
        client.shutdownOutput();
      }
    } catch (IOException e) {
      // The daemon was first.
    }
  }

  private static void receive(SocketChannel client, Selector selector, ByteArrayOutputStream answer)
      throws IOException {
    boolean open = true;
    while (open) {
      Check.that(selector.select(PATIENCE_MS) > 0, "the daemon ends the connection");
      selector.selectedKeys().clear();
      open = read(client, answer);
    }
  }

  /** Reads what is there; false at the end. */
  private static boolean read(SocketChannel client, ByteArrayOutputStream answer) {
    ByteBuffer buffer = ByteBuffer.allocate(1 << 16);
    try {
      int count = client.read(buffer);
      answer.write(buffer.array(), 0, Math.max(0, count));
      return count >= 0;
    } catch (IOException e) {
      return false; // closed with bytes of ours unread: a reset, after everything it had to say
    }
  }

  /** What was said are whole frames of the daemon's, the last of them its status if any. */
  private static byte[] frames(byte[] answer) {
    ByteBuffer left = ByteBuffer.wrap(answer);
    while (left.hasRemaining()) {
      Check.that(left.remaining() >= 5, "a frame has a header");
      int code = left.get() & 0xff;
      int length = left.getInt();
      Optional<FrameType> type = FrameType.of(code);
      Check.that(type.isPresent() && code > 0x10, () -> "no frame of the daemon's: " + code);
      Check.that(length >= 0 && length <= type.orElseThrow().maxLength(), "a frame is bounded");
      Check.that(length <= left.remaining(), "a frame is whole");
      left.position(left.position() + length);
      Check.that(code != 0x15 || !left.hasRemaining(), "the status is the last frame");
    }
    return answer;
  }
}
