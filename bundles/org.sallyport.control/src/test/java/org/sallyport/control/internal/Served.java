// SPDX-License-Identifier: Apache-2.0
package org.sallyport.control.internal;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A control server on a real socket, and the real client as a process. */
final class Served implements AutoCloseable {

  static final Path CLIENT =
      Path.of("../../karaf-assembly/src/main/distribution/bin/sallyport-client").toAbsolutePath();

  private final TestLeases leases = new TestLeases();

  final TestShell shell = new TestShell();
  final Path folder;
  private final PeerPolicy policy;
  private final ControlServer.Limits limits;
  volatile ControlServer server;

  Served(Path folder) throws IOException {
    this(folder, ControlServer.Limits.USUAL, Optional.empty());
  }

  /** A server where this process is root, or else nobody but a member of the given group. */
  Served(Path folder, ControlServer.Limits limits, Optional<String> group) throws IOException {
    this.folder = Files.createDirectories(folder.resolve("run"));
    UserPrincipal self = Files.getOwner(this.folder);
    UserPrincipal other =
        folder.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName("12345");
    ControlSocket socket = ControlSocket.open(this.folder, self, Optional.empty());
    this.limits = limits;
    policy =
        new PeerPolicy(group.isPresent() ? other : self, new ReaderGroup(group.orElse("no-such")));
    server = new ControlServer(socket, policy, shell.factory, limits);
    server.start();
  }

  /** The running server leaves its socket, as its bundle does when it is replaced. */
  void leave() throws IOException {
    server.handOver(leases);
  }

  /** Another server goes on with it. */
  void goOn() throws IOException {
    ControlSocket socket = ControlSocket.adopt(folder, leases).orElseThrow();
    server = new ControlServer(socket, policy, shell.factory, limits);
    server.start();
  }

  Path socket() {
    return Path.of(server.address());
  }

  /** What a client answered. */
  record Answer(int status, String out, String err) {}

  Answer run(String... arguments) throws Exception {
    return finish(start(arguments), "");
  }

  Process start(String... arguments) throws IOException {
    List<String> words = new ArrayList<>(List.of("/usr/bin/perl", CLIENT.toString()));
    words.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(words);
    environment(builder.environment());
    return builder.start();
  }

  void environment(Map<String, String> environment) {
    environment.put("SALLYPORT_RUN", folder.toString());
    environment.put("LC_ALL", "C.UTF-8");
    environment.put("TERM", "xterm");
  }

  static Answer finish(Process process, String input) throws Exception {
    CompletableFuture<String> err =
        CompletableFuture.supplyAsync(() -> all(process.getErrorStream()));
    process.getOutputStream().write(input.getBytes(StandardCharsets.UTF_8));
    process.getOutputStream().close();
    String out = all(process.getInputStream());
    if (!process.waitFor(20, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new AssertionError("the client does not end");
    }
    return new Answer(process.exitValue(), out, err.get());
  }

  private static String all(InputStream in) {
    try (in) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
    shell.close();
  }
}
