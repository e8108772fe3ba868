// SPDX-License-Identifier: Apache-2.0
package org.sallyport.control.internal;

import java.io.Closeable;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.Optional;
import java.util.Set;
import org.sallyport.api.backend.Leases;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The listening socket and its place. The folder is closed to others before the socket exists in
 * it, and a lock beside it keeps two daemons from taking each other's socket for a stale one.
 *
 * <p>When this bundle is replaced, socket and lock are left to the next instance as they are:
 * clients that come in between wait in the kernel's backlog and are not refused. Both are channels
 * of the JDK, which know nothing of this bundle.
 */
final class ControlSocket implements Closeable {

  private static final String SOCKET_LEASE = "control socket ";
  private static final String LOCK_LEASE = "control lock ";

  private static final Logger LOG = LoggerFactory.getLogger(ControlSocket.class);

  private static final int BACKLOG = 64;

  private final Path path;
  private final ServerSocketChannel server;
  private final FileChannel lock;
  private final Selector selector;

  /** Accepting waits in a selector, because whoever ends an accept(2) closes the socket with it. */
  private ControlSocket(Path path, ServerSocketChannel server, FileChannel lock)
      throws IOException {
    this.path = path;
    this.server = server;
    this.lock = lock;
    server.configureBlocking(false);
    selector = Selector.open();
    server.register(selector, SelectionKey.OP_ACCEPT);
  }

  /**
   * Binds and listens.
   *
   * @param folder the run folder; made if missing
   * @param owner who must own the folder
   * @param readers the group that may connect besides the owner
   * @throws IOException if the folder is not safe, or another daemon answers there
   */
  static ControlSocket open(Path folder, UserPrincipal owner, Optional<GroupPrincipal> readers)
      throws IOException {
    secure(folder, owner, readers);
    Path path = folder.resolve("control.sock");
    FileChannel lock = lock(folder.resolve("control.lock"), path);
    try {
      removeStale(path);
      return new ControlSocket(path, bind(path, readers), lock);
    } catch (IOException e) {
      lock.close();
      throw e;
    }
  }

  /**
   * Goes on with what an earlier instance of this bundle left.
   *
   * @param folder the run folder
   * @param leases where it was left
   * @return the socket, or empty if nothing was left
   * @throws IOException if it was left and cannot be used
   */
  static Optional<ControlSocket> adopt(Path folder, Leases leases) throws IOException {
    Path path = folder.resolve("control.sock");
    Optional<AutoCloseable> lock = leases.adopt(LOCK_LEASE + path);
    Optional<AutoCloseable> server = leases.adopt(SOCKET_LEASE + path);
    if (server.orElse(null) instanceof ServerSocketChannel listening
        && lock.orElse(null) instanceof FileChannel held
        && listening.isOpen()) {
      return Optional.of(new ControlSocket(path, listening, held));
    }
    close(server);
    close(lock);
    return Optional.empty();
  }

  private static void close(Optional<AutoCloseable> left) throws IOException {
    if (left.orElse(null) instanceof Closeable channel) {
      channel.close();
    }
  }

  private static ServerSocketChannel bind(Path path, Optional<GroupPrincipal> readers)
      throws IOException {
    ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      server.bind(UnixDomainSocketAddress.of(path), BACKLOG);
      grant(path, readers, readers.isPresent() ? "rw-rw----" : "rw-------");
      return server;
    } catch (IOException e) {
      server.close();
      throw new IOException("cannot listen on " + path + ": " + e.getMessage(), e);
    }
  }

  private static void secure(Path folder, UserPrincipal owner, Optional<GroupPrincipal> readers)
      throws IOException {
    Set<PosixFilePermission> mode = PosixFilePermissions.fromString("rwxr-x---");
    if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
      Files.createDirectories(folder, PosixFilePermissions.asFileAttribute(mode));
    }
    if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)
        || !Files.getOwner(folder, LinkOption.NOFOLLOW_LINKS).equals(owner)) {
      throw new IOException(folder + " is not a folder that belongs to " + owner.getName());
    }
    grant(folder, readers, "rwxr-x---");
  }

  private static void grant(Path path, Optional<GroupPrincipal> group, String mode)
      throws IOException {
    PosixFileAttributeView view =
        Files.getFileAttributeView(path, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
    if (group.isPresent()) {
      view.setGroup(group.get());
    }
    // chmod(2) follows links, but nobody else can put one into a folder that only the owner writes.
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
  }

  private static FileChannel lock(Path file, Path path) throws IOException {
    FileChannel channel =
        FileChannel.open(
            file,
            Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    try {
      FileLock held = channel.tryLock();
      if (held != null) {
        return channel;
      }
    } catch (OverlappingFileLockException e) {
      channel.close();
      throw new IOException("this daemon listens on " + path + " already", e);
    }
    channel.close();
    throw new IOException("another daemon listens on " + path);
  }

  private static void removeStale(Path path) throws IOException {
    if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    if (answers(path)) {
      throw new IOException("somebody else answers on " + path);
    }
    Files.delete(path);
  }

  private static boolean answers(Path path) {
    try (SocketChannel probe = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
      return probe.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * Waits for the next client.
   *
   * @throws ClosedChannelException if the socket was closed or left
   */
  SocketChannel accept() throws IOException {
    while (selector.isOpen()) {
      SocketChannel client = server.accept();
      if (client != null) {
        return client;
      }
      try {
        selector.select();
        selector.selectedKeys().clear();
      } catch (ClosedSelectorException e) {
        LOG.debug("The control socket is not listened to any more", e);
      }
    }
    throw new ClosedChannelException();
  }

  /** Where clients connect. */
  Path path() {
    return path;
  }

  /** Whether clients are accepted here. */
  boolean isOpen() {
    return selector.isOpen() && server.isOpen();
  }

  /** Ends {@link #accept}; clients wait from here on. */
  void pause() throws IOException {
    selector.close();
  }

  /** Leaves the socket, paused, to the next instance. */
  void leave(Leases leases) {
    leases.leave(LOCK_LEASE + path, lock);
    leases.leave(SOCKET_LEASE + path, server);
  }

  /** Stops listening and removes the socket; idempotent. */
  @Override
  public void close() throws IOException {
    if (server.isOpen()) {
      try (lock) {
        selector.close();
        server.close();
        Files.deleteIfExists(path);
      }
    }
  }
}
