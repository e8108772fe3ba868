// SPDX-License-Identifier: Apache-2.0
package org.sallyport.control.internal;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.apache.karaf.shell.api.console.SessionFactory;
import org.sallyport.api.admin.ControlEndpoint;
import org.sallyport.api.backend.Leases;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Accepts clients and serves each on threads of its own. At most {@link Limits#clients} at a time,
 * of which some places are kept for root, so that a member of the group cannot lock root out.
 */
final class ControlServer implements ControlEndpoint, Closeable {

  private static final Logger LOG = LoggerFactory.getLogger(ControlServer.class);
  private static final long STOP_MS = 2000;
  private static final long ASK_AGAIN_MS = 50;

  /**
   * What keeps clients in bounds.
   *
   * @param clients how many at a time
   * @param readers how many of them may be other than root
   * @param requestMs how long a client may take to send its request
   */
  record Limits(int clients, int readers, long requestMs) {
    static final Limits USUAL = new Limits(32, 24, 5000);
  }

  private final ControlSocket socket;
  private final PeerPolicy policy;
  private final CommandRunner commands;
  private final ConsoleRunner console;
  private final Limits limits;
  private final Semaphore places;
  private final Semaphore readerPlaces;
  private final Set<SocketChannel> open = ConcurrentHashMap.newKeySet();
  private final ExecutorService threads =
      Executors.newCachedThreadPool(task -> thread(task, "sallyport-control-client"));
  private volatile boolean replaced;
  private final Thread acceptor = thread(this::acceptAll, "sallyport-control-accept");
  private final ScheduledExecutorService deadlines =
      Executors.newSingleThreadScheduledExecutor(
          task -> thread(task, "sallyport-control-deadlines"));

  ControlServer(ControlSocket socket, PeerPolicy policy, SessionFactory factory, Limits limits) {
    this.socket = socket;
    this.policy = policy;
    this.commands = new CommandRunner(factory);
    this.console = new ConsoleRunner(factory);
    this.limits = limits;
    this.places = new Semaphore(limits.clients());
    this.readerPlaces = new Semaphore(limits.readers());
  }

  /** Starts accepting. */
  void start() {
    acceptor.start();
  }

  @Override
  public String address() {
    return socket.path().toString();
  }

  /**
   * Calls back once, on any thread, as soon as the commands are there: a client that comes then is
   * answered. The shell's registry tells nobody of its changes, so it is asked again.
   */
  void whenAnswering(Runnable then) {
    if (commands.ready()) {
      then.run();
    } else {
      Future<?> unused =
          deadlines.schedule(() -> whenAnswering(then), ASK_AGAIN_MS, TimeUnit.MILLISECONDS);
    }
  }

  private void acceptAll() {
    while (socket.isOpen()) {
      try {
        admit(socket.accept());
      } catch (ClosedChannelException e) {
        LOG.debug("The control socket was closed", e);
      } catch (IOException e) {
        // For example out of descriptors: the client learns it from its closed connection.
        LOG.warn("A client could not be admitted: {}", e.toString());
      }
    }
  }

  private void admit(SocketChannel channel) throws IOException {
    boolean served = false;
    try {
      Peer peer = policy.peerOf(channel);
      if (peer.access() == Access.NONE) {
        turnAway(channel, "only root and members of the group sallyport may talk to the daemon");
      } else if (!enter(peer)) {
        turnAway(channel, "the daemon serves as many clients as it can; try again");
      } else {
        open.add(channel);
        threads.execute(() -> serve(channel, peer));
        served = true;
      }
    } finally {
      if (!served) {
        channel.close();
      }
    }
  }

  private boolean enter(Peer peer) {
    boolean reader = peer.access() == Access.READER;
    if (reader && !readerPlaces.tryAcquire()) {
      return false;
    }
    if (places.tryAcquire()) {
      return true;
    }
    if (reader) {
      readerPlaces.release();
    }
    return false;
  }

  private void leave(Peer peer) {
    places.release();
    if (peer.access() == Access.READER) {
      readerPlaces.release();
    }
  }

  private void serve(SocketChannel channel, Peer peer) {
    Future<?> deadline =
        deadlines.schedule(() -> cut(channel), limits.requestMs(), TimeUnit.MILLISECONDS);
    try {
      new Connection(channel, peer, commands, console, threads).serve(() -> deadline.cancel(false));
    } catch (IOException e) {
      LOG.debug("A client's connection ended: {}", e.toString());
    } finally {
      deadline.cancel(false);
      open.remove(channel);
      leave(peer);
      endIfAlone();
    }
  }

  /** The socket's buffer holds the two small frames, so this never waits for the client. */
  private static void turnAway(SocketChannel channel, String message) throws IOException {
    byte[] line = line(Failure.refused(message, "", ""), List.of());
    ByteBuffer error = FrameSender.encode(FrameType.ERROR, line, 0, line.length);
    ByteBuffer exit = FrameSender.encode(FrameType.EXIT, new byte[] {Failure.REFUSED}, 0, 1);
    channel.configureBlocking(false);
    channel.write(new ByteBuffer[] {error, exit});
  }

  /** A failure as bytes for standard error, cut to what a frame holds. */
  static byte[] line(Failure failure, List<String> arguments) {
    byte[] line = (failure.render(arguments) + "\n").getBytes(StandardCharsets.UTF_8);
    return Arrays.copyOf(line, Math.min(line.length, FrameType.ERROR.maxLength()));
  }

  private static void cut(SocketChannel channel) {
    try {
      channel.close();
    } catch (IOException e) {
      LOG.debug("Closing a connection failed", e);
    }
  }

  private static Thread thread(Runnable task, String name) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    return thread;
  }

  /**
   * Leaves the socket to the next instance of this bundle. Clients that are served already stay
   * until they have their answer: one of them may be who asked for the change, and it is told how
   * that went. New ones wait for the next instance.
   *
   * @param leases where the socket is left
   * @throws IOException if the socket cannot be handed over
   */
  void handOver(Leases leases) throws IOException {
    socket.pause();
    try {
      acceptor.join(STOP_MS); // whom it accepted last is served here
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    socket.leave(leases);
    replaced = true;
    endIfAlone();
  }

  /** Threads of an instance that was replaced end with its last client. */
  private void endIfAlone() {
    if (replaced && open.isEmpty()) {
      deadlines.shutdown();
      threads.shutdown();
    }
  }

  /** Stops listening, cuts every client off and waits two seconds for commands to end. */
  @Override
  public void close() throws IOException {
    socket.close();
    open.forEach(ControlServer::cut);
    deadlines.shutdownNow();
    threads.shutdownNow();
    try {
      if (!threads.awaitTermination(STOP_MS, TimeUnit.MILLISECONDS)) {
        LOG.warn("A command goes on although its client was cut off");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
