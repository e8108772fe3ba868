// SPDX-License-Identifier: Apache-2.0
package org.sallyport.control.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ControlSocketTest {

  @TempDir private Path folder;

  private ControlSocket open(Path run) throws IOException {
    return ControlSocket.open(run, Files.getOwner(folder), Optional.empty());
  }

  private static String mode(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }

  @Test
  void shouldCloseTheFolderToOthers() throws IOException {
    Path run = Files.createDirectory(folder.resolve("run"));
    Files.setPosixFilePermissions(run, PosixFilePermissions.fromString("rwxrwxrwx"));
    try (ControlSocket socket = open(run)) {
      assertThat(mode(run)).isEqualTo("rwxr-x---");
      assertThat(mode(socket.path())).isEqualTo("rw-------");
    }
    assertThat(run.resolve("control.sock")).doesNotExist();
  }

  @Test
  void shouldOpenFolderAndSocketToTheGroup() throws IOException {
    GroupPrincipal group = Files.readAttributes(folder, PosixFileAttributes.class).group();
    Path run = folder.resolve("a/run");
    try (ControlSocket socket =
        ControlSocket.open(run, Files.getOwner(folder), Optional.of(group))) {
      assertThat(mode(run)).isEqualTo("rwxr-x---");
      assertThat(mode(socket.path())).isEqualTo("rw-rw----");
    }
  }

  @Test
  void shouldReplaceASocketThatNobodyAnswersOn() throws IOException {
    Path run = Files.createDirectory(folder.resolve("run"));
    Path path = run.resolve("control.sock");
    try (ServerSocketChannel old = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      old.bind(UnixDomainSocketAddress.of(path));
    }
    assertThat(path).exists();
    try (ControlSocket socket = open(run)) {
      assertThat(socket.isOpen()).isTrue();
    }
  }

  @Test
  void shouldLeaveASocketAloneThatSomebodyAnswersOn() throws IOException {
    Path run = Files.createDirectory(folder.resolve("run"));
    Path path = run.resolve("control.sock");
    try (ServerSocketChannel other = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      other.bind(UnixDomainSocketAddress.of(path));
      assertThatThrownBy(() -> open(run))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("somebody else answers");
      assertThat(path).exists();
    }
  }

  @Test
  void shouldRefuseASecondDaemon() throws IOException {
    Path run = folder.resolve("run");
    try (ControlSocket first = open(run)) {
      assertThatThrownBy(() -> open(run)).isInstanceOf(IOException.class);
      assertThat(first.isOpen()).isTrue();
    }
    open(run).close();
  }

  @Test
  void shouldRefuseALinkInPlaceOfTheFolder() throws IOException {
    Path real = Files.createDirectory(folder.resolve("real"));
    Path link = Files.createSymbolicLink(folder.resolve("run"), real);
    assertThatThrownBy(() -> open(link)).hasMessageContaining("is not a folder that belongs to");
  }

  @Test
  void shouldRefuseAFolderOfSomebodyElse() throws IOException {
    Path run = Files.createDirectory(folder.resolve("run"));
    assertThatThrownBy(
            () ->
                ControlSocket.open(
                    run,
                    folder
                        .getFileSystem()
                        .getUserPrincipalLookupService()
                        .lookupPrincipalByName("12345"),
                    Optional.empty()))
        .hasMessageContaining("is not a folder that belongs to");
  }
}
