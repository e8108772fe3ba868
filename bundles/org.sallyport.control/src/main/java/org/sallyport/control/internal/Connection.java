// SPDX-License-Identifier: Apache-2.0
package org.sallyport.control.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client: reads its frames on the calling thread, runs its command on a second and sends on a
 * third. When the client goes, the command's thread is interrupted.
 */
final class Connection {

  private static final Logger LOG = LoggerFactory.getLogger(Connection.class);

  private final SocketChannel channel;
  private final Peer peer;
  private final CommandRunner commands;
  private final ConsoleRunner console;
  private final ExecutorService threads;
  private final FrameSender sender;
  private final ClientInput input;
  private volatile Optional<FrameTerminal> terminal = Optional.empty();

  Connection(
      SocketChannel channel,
      Peer peer,
      CommandRunner commands,
      ConsoleRunner console,
      ExecutorService threads) {
    this.channel = channel;
    this.peer = peer;
    this.commands = commands;
    this.console = console;
    this.threads = threads;
    this.sender = new FrameSender(channel);
    this.input = new ClientInput(sender);
  }

  /**
   * Serves until the connection ends, its sender too: the client's place is free when this returns,
   * so nothing of it may be left.
   *
   * @param requested told when the request is complete, which ends its deadline
   */
  void serve(Runnable requested) throws IOException {
    FrameReader reader = new FrameReader(channel);
    Future<?> sending = threads.submit(sender);
    try {
      Optional<Frame> first = reader.read();
      requested.run();
      if (first.isPresent()) {
        serve(first.get(), reader);
      }
    } catch (ProtocolException e) {
      refuse(Failure.usage(e.getMessage(), "", ""), List.of());
    } finally {
      sender.end();
      await(sending);
    }
  }

  private static void await(Future<?> sending) {
    try {
      sending.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException e) {
      LOG.error("A client's connection could not be written to", e);
    }
  }

  private void serve(Frame first, FrameReader reader) throws IOException {
    if (first.type() != FrameType.REQUEST) {
      throw new ProtocolException("a connection starts with a request");
    }
    Request request;
    try {
      request = Request.decode(first.payload());
    } catch (Failure e) {
      refuse(e, List.of());
      return;
    }
    Future<?> command = threads.submit(() -> execute(request));
    try {
      follow(reader);
    } finally {
      input.end();
      command.cancel(true);
    }
  }

  private void follow(FrameReader reader) throws IOException {
    for (Optional<Frame> next = reader.read(); next.isPresent(); next = reader.read()) {
      Frame frame = next.get();
      switch (frame.type()) {
        case INPUT -> input.deliver(frame.payload());
        case RESIZE -> resize(frame.payload());
        default -> throw new ProtocolException("a frame " + frame.type() + " is out of turn");
      }
    }
  }

  private void resize(byte[] payload) throws ProtocolException {
    if (payload.length != FrameType.RESIZE.maxLength()) {
      throw new ProtocolException("a frame RESIZE has 4 bytes, not " + payload.length);
    }
    ByteBuffer size = ByteBuffer.wrap(payload);
    int columns = size.getShort() & 0xffff;
    int rows = size.getShort() & 0xffff;
    terminal.ifPresent(open -> open.resize(columns, rows));
  }

  private void execute(Request request) {
    List<String> words = CommandLookup.nameFirst(request.arguments());
    ClientStreams streams = ClientStreams.over(input, sender);
    try {
      int status = 0;
      if (words.get(0).equals(ConsoleRunner.WORD)) {
        console.run(request, peer, input, sender, open -> terminal = Optional.of(open));
      } else {
        status = commands.run(words, request.terminal(), peer, streams);
      }
      streams.flush();
      sender.exit(status);
    } catch (Failure e) {
      streams.flush();
      refuse(e, request.arguments());
    } catch (IOException e) {
      LOG.debug("The client went before its command ended", e);
    }
  }

  private void refuse(Failure failure, List<String> arguments) {
    byte[] line = ControlServer.line(failure, arguments);
    try {
      sender.send(FrameType.ERROR, line, 0, line.length);
      sender.exit(failure.status());
    } catch (IOException e) {
      LOG.debug("The client went before it was refused", e);
    }
  }
}
