// SPDX-License-Identifier: Apache-2.0
package org.sallyport.control.internal;

import java.io.Closeable;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
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

/**
 * The listening socket and its place. The folder is closed to others before the socket exists in
 * it, and a lock beside it keeps two daemons from taking each other's socket for a stale one.
 */
final class ControlSocket implements Closeable {

  private static final int BACKLOG = 64;

  private final Path path;
  private final ServerSocketChannel server;
  private final FileChannel lock;

  private ControlSocket(Path path, ServerSocketChannel server, FileChannel lock) {
    this.path = path;
    this.server = server;
    this.lock = lock;
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
      ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
      ControlSocket socket = new ControlSocket(path, server, lock);
      socket.bind(readers);
      return socket;
    } catch (IOException e) {
      lock.close();
      throw e;
    }
  }

  private void bind(Optional<GroupPrincipal> readers) throws IOException {
    try {
      server.bind(UnixDomainSocketAddress.of(path), BACKLOG);
      grant(path, readers, readers.isPresent() ? "rw-rw----" : "rw-------");
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

  /** Waits for the next client. */
  SocketChannel accept() throws IOException {
    return server.accept();
  }

  /** Where clients connect. */
  Path path() {
    return path;
  }

  /** Whether the socket listens. */
  boolean isOpen() {
    return server.isOpen();
  }

  /** Stops listening and removes the socket; idempotent. */
  @Override
  public void close() throws IOException {
    if (server.isOpen()) {
      try (lock) {
        server.close();
        Files.deleteIfExists(path);
      }
    }
  }
}
