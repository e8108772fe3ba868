// SPDX-License-Identifier: Apache-2.0
package org.sallyport.shell.internal;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A program of the self-test of attribution, which it starts from this bundle's file: sockets made
 * by one thread and used by another. Needs nothing but Java itself.
 *
 * <p>Arguments: {@code send} or {@code connect}, then addresses as the hexadecimal digits of a
 * {@code sockaddr_in}. Prints who it is, as the kernel has it, before anything is sent.
 */
public final class ThreadedSender {

  /** Where the port and the address stand in a {@code sockaddr_in}, ip(7). */
  private static final int PORT_AT = 2;

  private static final int ADDRESS_AT = 4;
  private static final int ADDRESS_BYTES = 4;

  /** Behind the parent, which is field 4 of proc(5), the start time is the 18th: field 22. */
  private static final int START_TIME = 18;

  private static final byte[] SAYS = "selftest".getBytes(StandardCharsets.US_ASCII);

  private ThreadedSender() {}

  /**
   * Sends, and ends.
   *
   * @param arguments what to do, and where to
   * @throws IOException if a socket fails, or the kernel does not tell who this is
   * @throws ExecutionException if a thread failed
   * @throws InterruptedException never
   */
  public static void main(String[] arguments)
      throws IOException, ExecutionException, InterruptedException {
    List<InetSocketAddress> targets = new ArrayList<>();
    for (String words : List.of(arguments).subList(1, arguments.length)) {
      targets.add(address(HexFormat.of().parseHex(words)));
    }
    boolean connects = arguments[0].equals("connect");
    ExecutorService maker = Executors.newSingleThreadExecutor();
    ExecutorService user = Executors.newSingleThreadExecutor();
    try (PrintStream out = new PrintStream(new FileOutputStream(FileDescriptor.out))) {
      out.println("told " + whoThisIs());
      out.flush();
      for (InetSocketAddress target : targets) {
        if (connects) {
          SocketChannel socket = maker.submit(() -> SocketChannel.open()).get();
          user.submit(() -> connect(socket, target)).get();
        } else {
          DatagramChannel socket =
              maker.submit(() -> DatagramChannel.open(StandardProtocolFamily.INET)).get();
          user.submit(() -> socket.send(ByteBuffer.wrap(SAYS), target)).get();
        }
      }
    } finally {
      maker.shutdownNow();
      user.shutdownNow();
    }
  }

  /** Only the first packet matters. */
  private static boolean connect(SocketChannel socket, InetSocketAddress target)
      throws IOException {
    socket.configureBlocking(false);
    return socket.connect(target);
  }

  private static InetSocketAddress address(byte[] sockaddr) throws IOException {
    int port = ByteBuffer.wrap(sockaddr).getShort(PORT_AT) & 0xffff;
    byte[] ip = new byte[ADDRESS_BYTES];
    ByteBuffer.wrap(sockaddr).get(ADDRESS_AT, ip);
    return new InetSocketAddress(InetAddress.getByAddress(ip), port);
  }

  /** Process, parent, start time in ticks, user, and file, which comes last. */
  private static String whoThisIs() throws IOException {
    Path self = Path.of("/proc/self");
    String stat = Files.readString(self.resolve("stat"));
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
    int parent = 1;
    return String.join(
        " ",
        Long.toString(ProcessHandle.current().pid()),
        fields[parent],
        fields[parent + START_TIME],
        Files.getAttribute(self, "unix:uid").toString(),
        self.resolve("exe").toRealPath().toString());
  }
}
