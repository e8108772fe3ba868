// SPDX-License-Identifier: Apache-2.0
package org.sallyport.itests.kernel.kit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** A protected host with its daemon, a server it talks to, and programs; all removed at the end. */
public final class Lab implements AutoCloseable {

  private static final Path PERL = Path.of("/usr/bin/perl");
  private static final String SCRIPT =
      Path.of("src/test/resources/program.pl").toAbsolutePath().toString();

  private final Path folder;
  private final Namespaces namespaces;
  private final Server server;
  private final Daemon daemon;
  private final String script;
  private final Deque<AutoCloseable> open = new ArrayDeque<>();

  /** Makes everything; the daemon is not started yet. */
  public Lab() {
    try {
      // Programs of other users start from here, so everybody may pass.
      folder =
          Files.createTempDirectory(
              Path.of("/tmp"),
              "sallyport-it",
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
      script = Files.copy(Path.of(SCRIPT), folder.resolve("program.pl")).toString();
      namespaces = keep(new Namespaces());
      server = keep(new Server(namespaces));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    daemon = keep(new Daemon(namespaces.host(), folder));
  }

  /** A lab whose daemon runs and enforces. */
  public static Lab enforcing() {
    Lab lab = new Lab();
    try {
      lab.daemon.start();
      lab.client().must("mode", "enforce");
      return lab;
    } catch (RuntimeException | Error e) {
      lab.close();
      throw e;
    }
  }

  private <T extends AutoCloseable> T keep(T part) {
    open.push(part);
    return part;
  }

  /** The network. */
  public Namespaces namespaces() {
    return namespaces;
  }

  /** The server. */
  public Server server() {
    return server;
  }

  /** The daemon. */
  public Daemon daemon() {
    return daemon;
  }

  /** A client of the daemon. */
  public Client client() {
    return daemon.client();
  }

  /** Waits until attribution by BPF is in use and its tap stands in front of the queue. */
  public void awaitTap() {
    Await.until(
        "the tap stands in front of the queue",
        Duration.ofSeconds(20),
        () ->
            client().json("status").get("attribution").get("figures").asText().endsWith("sockets"));
  }

  /** A client whose daemon does not run. */
  public Client clientWithoutDaemon() {
    return new Daemon(namespaces.host(), folder.resolve("nowhere")).client();
  }

  /** The folder of this lab. */
  public Path folder() {
    return folder;
  }

  /** The path of an executable of that name, which is made if it is not there. */
  public String executable(String name) {
    Path path = folder.resolve(name);
    try {
      if (!Files.exists(path)) {
        Files.copy(PERL, path);
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxr-xr-x"));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return path.toString();
  }

  /** Starts a program on the protected host; the first names start the next, the last one talks. */
  public Program program(String... names) {
    return programIn(namespaces.host(), names);
  }

  /** Starts a program beside the server, which talks to the protected host. */
  public Program stranger(String name) {
    return programIn(namespaces.server(), name);
  }

  /** Starts a program on the protected host by a command that ends in becoming it. */
  public Program programBy(List<String> starter, String name) {
    return program(namespaces.host(), starter, name);
  }

  /** Starts a program in any namespace. */
  public Program programIn(String namespace, String... names) {
    return program(namespace, List.of(), names);
  }

  private Program program(String namespace, List<String> starter, String... names) {
    List<String> command = new ArrayList<>(List.of("nsenter", "--net=/run/netns/" + namespace));
    command.addAll(starter);
    for (String name : names) {
      command.addAll(List.of(executable(name), script));
    }
    try {
      return new Program(executable(names[names.length - 1]), new Talker(command));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Starts a program on the protected host that echoes on a range of ports, TCP and UDP. */
  public AutoCloseable listener(String name, int firstPort, int lastPort) {
    return script(namespaces.host(), name, "server.pl", firstPort, lastPort);
  }

  /** Starts what talks on without being asked: one who spoke to it once hears it for ever. */
  public AutoCloseable pusher(int port) {
    return script(namespaces.server(), "pusher", "pusher.pl", port);
  }

  private Talker script(String namespace, String name, String file, int... ports) {
    List<String> command =
        new ArrayList<>(List.of("nsenter", "--net=/run/netns/" + namespace, executable(name)));
    command.add(Path.of("src/test/resources", file).toAbsolutePath().toString());
    IntStream.of(ports).mapToObj(Integer::toString).forEach(command::add);
    try {
      Talker talker = keep(new Talker(command));
      talker.next();
      return talker;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Starts what accepts thousands of connections a second beside the server, and does no more. */
  public AutoCloseable sink(int firstPort) {
    int lastPort = firstPort + Flows.Load.PORTS - 1;
    return script(namespaces.server(), "sink", "sink.pl", firstPort, lastPort);
  }

  /** Starts a program on the protected host that connects to the server when told. */
  public Connects connects(String name, int port) {
    return new Connects(
        executable(name), resource(name, "connects.pl", port + " " + Family.V4.server()));
  }

  /** Starts a program on the protected host that opens flows at a rate, to all IPv4 addresses. */
  public Flows flows(String name, Flows.Load load) {
    String arguments =
        String.join(
            " ",
            load.protocol().word(),
            Integer.toString(load.perSecond()),
            Integer.toString(load.seconds()),
            Double.toString(load.patienceS()),
            load.firstPort() + "-" + (load.firstPort() + Flows.Load.PORTS - 1),
            String.join(" ", namespaces.serverAddresses()));
    return new Flows(resource(name, "flows.pl", arguments));
  }

  private Talker resource(String name, String file, String arguments) {
    List<String> command =
        new ArrayList<>(List.of("nsenter", "--net=/run/netns/" + namespaces.host()));
    command.add(executable(name));
    command.add(Path.of("src/test/resources", file).toAbsolutePath().toString());
    command.addAll(List.of(arguments.split(" ")));
    try {
      return new Talker(command);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Starts a program on the protected host that opens connections at a steady rate.
   *
   * @param name its executable
   * @param port where to, on the server
   * @param perSecond how many connections a second
   * @param patienceMs when a connect is given up; the kernel sends a SYN again after 1000
   * @param limitMs a connect that takes longer is counted as late
   */
  public Traffic traffic(String name, int port, int perSecond, int patienceMs, int limitMs) {
    return traffic(List.of(), name, port, perSecond, patienceMs, limitMs);
  }

  /** The same of another user, by number. */
  public Traffic trafficOf(int user, int port, int perSecond, int patienceMs, int limitMs) {
    String id = Integer.toString(user);
    List<String> become = List.of("setpriv", "--reuid", id, "--regid", id, "--clear-groups");
    return traffic(become, "user-" + user, port, perSecond, patienceMs, limitMs);
  }

  private Traffic traffic(List<String> before, String name, int... numbers) {
    String path = executable(name);
    List<String> command =
        new ArrayList<>(List.of("nsenter", "--net=/run/netns/" + namespaces.host()));
    command.addAll(before);
    command.add(path);
    try {
      command.add(
          Files.copy(
                  Path.of("src/test/resources/traffic.pl"),
                  folder.resolve("traffic.pl"),
                  StandardCopyOption.REPLACE_EXISTING)
              .toString()); // where every user may read it
      command.add(Family.V4.server());
      IntStream.of(numbers).mapToObj(Integer::toString).forEach(command::add);
      return new Traffic(path, new Talker(command));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    List<Exception> failures = new ArrayList<>();
    open.forEach(
        part -> {
          try {
            part.close();
          } catch (Exception e) {
            failures.add(e);
          }
        });
    delete(folder);
    if (!failures.isEmpty()) {
      throw new AssertionError("the lab could not be removed", failures.get(0));
    }
  }

  private static void delete(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
