// SPDX-License-Identifier: Apache-2.0
package org.sallyport.control.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.karaf.shell.api.console.Command;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.sallyport.control.internal.ControlServer.Limits;
import org.sallyport.control.internal.Served.Answer;

@Timeout(60)
class ControlServerTest {

  @TempDir private Path folder;

  @Test
  void shouldRefuseOneClientTooManyAndThenServeAgain() throws Exception {
    try (Served served = new Served(folder, new Limits(1, 1, 60_000), Optional.empty())) {
      try (SocketChannel idle = connect(served)) {
        Answer answer = served.run("status");
        assertThat(answer.status()).isEqualTo(1);
        assertThat(answer.err()).contains("as many clients as it can");
        idle.shutdownOutput();
        assertThat(read(idle)).isEmpty();
      }
      assertThat(eventually(served)).isZero();
    }
  }

  /** The place is free a moment after the client has seen its end of the connection close. */
  private static int eventually(Served served) throws Exception {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    int status = served.run("status").status();
    while (status != 0 && System.nanoTime() < end) {
      status = served.run("status").status();
    }
    return status;
  }

  @Test
  void shouldKeepPlacesForRoot() throws Exception {
    try (Served served = new Served(folder, new Limits(8, 0, 5000), Optional.of(ownGroup()))) {
      assertThat(served.run("status").err()).contains("as many clients as it can");
    }
  }

  @Test
  void shouldCutOffAClientThatDoesNotFinishItsRequest() throws Exception {
    try (Served served = new Served(folder, new Limits(4, 4, 300), Optional.empty());
        SocketChannel slow = connect(served)) {
      slow.write(ByteBuffer.wrap(new byte[] {1, 0, 0}));
      assertThat(read(slow)).isEmpty();
      assertThat(served.run("status").status()).isZero();
    }
  }

  @Test
  void shouldAnswerNonsenseWithASentenceAndGoOn() throws Exception {
    try (Served served = new Served(folder)) {
      for (byte[] nonsense :
          new byte[][] {
            {99, 0, 0, 0, 0}, {1, -1, -1, -1, -1}, {2, 0, 0, 0, 0}, {1, 0, 0, 0, 1, 7}, {0x15, 0}
          }) {
        try (SocketChannel client = connect(served)) {
          client.write(ByteBuffer.wrap(nonsense));
          client.shutdownOutput();
          assertThat(read(client)).contains("sallyport: ").endsWith("\u0015\0\0\0\u0001\u0002");
        }
      }
      assertThat(served.run("status").status()).isZero();
    }
  }

  @Test
  void shouldHoldNoThreadForAClientThatWent() throws Exception {
    try (Served served = new Served(folder)) {
      byte[] request = RequestTest.encoded("status");
      ByteBuffer frame = FrameSender.encode(FrameType.REQUEST, request, 0, request.length);
      for (int i = 0; i < 200; i++) {
        try (SocketChannel client = connect(served)) {
          if (i % 2 == 0) {
            client.write(frame.duplicate());
          }
          client.shutdownOutput();
          read(client);
        }
      }
      assertThat(clientThreads()).isLessThan(100);
    }
  }

  private static long clientThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().equals("sallyport-control-client"))
        .count();
  }

  @Test
  void shouldRefuseInputThatNobodyAskedFor() throws Exception {
    try (Served served = new Served(folder);
        SocketChannel client = connect(served)) {
      CompletableFuture<Void> released = new CompletableFuture<>();
      served.shell.add(new TestShell.Plain("fw", "hang", (session, arguments) -> released.get()));
      byte[] request = RequestTest.encoded("hang");
      client.write(FrameSender.encode(FrameType.REQUEST, request, 0, request.length));
      client.write(FrameSender.encode(FrameType.INPUT, request, 0, request.length));
      assertThat(read(client)).contains("input came that nobody asked for");
      released.complete(null);
    }
  }

  @Test
  void shouldLetMembersOfTheGroupReadOnly() throws Exception {
    try (Served served = new Served(folder, Limits.USUAL, Optional.of(ownGroup()))) {
      assertThat(served.run("status")).isEqualTo(new Answer(0, "", ""));
      assertThat(served.shell.checked).containsExactly("fw:status [viewer]");
      Answer changing = served.run("keep", "x");
      assertThat(changing.status()).isEqualTo(1);
      assertThat(changing.err()).contains("only root may run this");
      Answer foreign = served.run("shell:echo", "x");
      assertThat(foreign.status()).isEqualTo(1);
      assertThat(foreign.err()).contains("only root may run commands of other scopes");
      assertThat(served.run("console").err()).contains("only root may open the console");
      assertThat(served.shell.kept).isEmpty();
    }
  }

  @Test
  void shouldTurnStrangersAwayWithASentence() throws Exception {
    try (Served served = new Served(folder, Limits.USUAL, Optional.of("no-such-group"))) {
      Answer answer = served.run("status");
      assertThat(answer.status()).isEqualTo(1);
      assertThat(answer.err()).contains("only root and members of the group sallyport");
      assertThat(served.shell.checked).isEmpty();
    }
  }

  @Test
  void shouldPassThroughThePlaceWhereKarafChecksAccess() throws Exception {
    try (Served served = new Served(folder)) {
      served.run("keep", "x");
      assertThat(served.shell.checked)
          .containsExactly("fw:keep [admin, manager, systembundles, viewer]");
    }
  }

  @Test
  void shouldSayThatCommandsAreBeingReplaced() throws Exception {
    try (Served served = new Served(folder)) {
      served.shell.factory.unregister(served.shell.factory.getCommand("fw", "status"));
      Answer answer = served.run("status");
      assertThat(answer.status()).isEqualTo(1);
      assertThat(answer.err()).contains("being replaced");
    }
  }

  @Test
  void shouldWaitForCommandsThatAreBeingReplaced() throws Exception {
    try (Served served = new Served(folder)) {
      Command status = served.shell.factory.getCommand("fw", "status");
      served.shell.factory.unregister(status);
      CompletableFuture<Answer> answer =
          CompletableFuture.supplyAsync(
              () -> {
                try {
                  return served.run("status");
                } catch (Exception e) {
                  throw new AssertionError(e);
                }
              });
      served.shell.factory.register(status);
      assertThat(answer.get(20, TimeUnit.SECONDS).status()).isZero();
    }
  }

  @Test
  void shouldAnswerWhoAskedForItsOwnReplacementAndHaveNewClientsWait() throws Exception {
    try (Served served = new Served(folder)) {
      served.shell.add(
          new TestShell.Plain(
              "bundle",
              "update",
              (session, arguments) -> {
                served.leave();
                return 7;
              }));

      assertThat(served.run("bundle:update", "org.sallyport.control").status()).isEqualTo(7);
      try (SocketChannel waiting = connect(served)) {
        byte[] request = RequestTest.encoded("status");
        waiting.write(FrameSender.encode(FrameType.REQUEST, request, 0, request.length));

        served.goOn();

        assertThat(read(waiting)).endsWith("\u0015\0\0\0\u0001\0");
        assertThat(served.run("status").status()).isZero();
      }
    }
    assertThat(folder.resolve("run/control.sock")).doesNotExist();
  }

  private String ownGroup() throws IOException {
    Path file = Files.createTempFile(folder, "own", "");
    return Files.readAttributes(file, PosixFileAttributes.class).group().getName();
  }

  private static SocketChannel connect(Served served) throws IOException {
    return SocketChannel.open(UnixDomainSocketAddress.of(served.socket()));
  }

  /** Everything until the daemon closes; bytes as characters. */
  private static String read(SocketChannel channel) throws IOException {
    StringBuilder all = new StringBuilder();
    ByteBuffer buffer = ByteBuffer.allocate(4096);
    try {
      while (channel.read(buffer) >= 0) {
        all.append(StandardCharsets.ISO_8859_1.decode(buffer.flip()));
        buffer.clear();
      }
    } catch (IOException e) {
      // The daemon closed with bytes of ours unread: a reset, after everything it had to say.
      all.append(StandardCharsets.ISO_8859_1.decode(buffer.flip()));
    }
    return all.toString();
  }
}
