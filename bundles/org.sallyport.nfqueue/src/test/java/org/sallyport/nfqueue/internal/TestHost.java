// SPDX-License-Identifier: Apache-2.0
package org.sallyport.nfqueue.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A host with the backend on it and a peer that answers, each in a network namespace. */
final class TestHost implements AutoCloseable {

  static final String HOST = "sp-nfqueue-h" + ProcessHandle.current().pid();
  static final List<String> ADDRESSES = List.of("10.99.0.2", "fd99::2");

  private static final String PEER = "sp-nfqueue-p" + ProcessHandle.current().pid();

  private static final long PATIENCE_NS = 20_000_000_000L;

  private final Path state;
  private final List<Conversation> programs = new ArrayList<>();
  private final Conversation peer;
  private Conversation backend;

  TestHost(Path state) throws Exception {
    this.state = state;
    run("ip", "netns", "add", HOST);
    run("ip", "netns", "add", PEER);
    run("ip", "-n", HOST, "link", "add", "up0", "type", "veth", "peer", "up0", "netns", PEER);
    setUp(HOST, "1");
    setUp(PEER, "2");
    peer = startPeer(PEER);
    startBackend();
  }

  private static void setUp(String namespace, String number) throws Exception {
    run("ip", "-n", namespace, "link", "set", "lo", "up");
    run("ip", "-n", namespace, "address", "add", "10.99.0." + number + "/24", "dev", "up0");
    run("ip", "-n", namespace, "address", "add", "fd99::" + number + "/64", "dev", "up0", "nodad");
    run("ip", "-n", namespace, "link", "set", "up0", "up");
  }

  /** Starts what answers on all ports of {@link BackendProgram}. */
  Conversation startPeer(String namespace) throws Exception {
    Conversation started =
        start(namespace, "perl", resource("peer.pl"), "7001", "7002", "7003", "7004");
    assertThat(started.hear()).isEqualTo("ready");
    return started;
  }

  /** What answers in the peer's namespace and says what arrived. */
  Conversation peer() {
    return peer;
  }

  /** The backend that was started last. */
  Conversation backend() {
    return backend;
  }

  void startBackend() throws Exception {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    String classes = System.getProperty("java.class.path");
    backend = start(HOST, java, "-cp", classes, BackendProgram.class.getName(), state.toString());
    assertThat(backend.hear()).isEqualTo("started");
  }

  void enforce(String order) throws Exception {
    assertThat(backend.ask("enforce " + order)).isEqualTo("done");
  }

  /** A program that connects; its first line says what came of it. */
  Conversation tcp(String address, int port) throws Exception {
    return start(HOST, "perl", resource("client.pl"), "tcp", address, "" + port);
  }

  /** What comes of a connection that will hardly be made, after a brief wait. */
  String triesTcp(String address, int port) throws Exception {
    return start(
            HOST,
            "env",
            "CONNECT_SECONDS=0.5",
            "perl",
            resource("client.pl"),
            "tcp",
            address,
            "" + port)
        .hear();
  }

  /** A connection to the port that is allowed. */
  Conversation connected() throws Exception {
    Conversation stream = tcp(ADDRESSES.get(0), BackendProgram.ALLOWED);
    assertThat(stream.hear()).isEqualTo("connected");
    return stream;
  }

  /** A program that sends datagrams. */
  Conversation udp(String address, int port) throws Exception {
    Conversation program = start(HOST, "perl", resource("client.pl"), "udp", address, "" + port);
    assertThat(program.hear()).isEqualTo("connected");
    return program;
  }

  /** A program that sends datagrams without end; any line stops it, its answer is how many. */
  Conversation flood(String address, int port) throws Exception {
    Conversation program = start(HOST, "perl", resource("flood.pl"), address, "" + port);
    assertThat(program.hear()).isEqualTo("sending");
    return program;
  }

  /** A program of the test's own on the host, with a setting in its environment. */
  Conversation program(String setting, String script, String... arguments) throws Exception {
    List<String> words = new ArrayList<>(List.of("env", setting, "perl", resource(script)));
    words.addAll(List.of(arguments));
    return start(HOST, words.toArray(String[]::new));
  }

  /** A program with settings in its environment; see client.pl. */
  Conversation special(String protocol, int port, String... settings) throws Exception {
    List<String> words = new ArrayList<>(List.of("env"));
    words.addAll(List.of(settings));
    words.addAll(List.of("perl", resource("client.pl"), protocol, ADDRESSES.get(0), "" + port));
    return start(HOST, words.toArray(String[]::new));
  }

  Conversation start(String namespace, String... words) throws IOException {
    Conversation program = new Conversation(namespace, List.of(words));
    programs.add(program);
    return program;
  }

  /** Waits until so many packets wait in a queue of the host. */
  void awaitWaiting(int queue, int packets) throws Exception {
    long deadlineNs = System.nanoTime() + PATIENCE_NS;
    String seen;
    do {
      seen = inHost("cat", "/proc/net/netfilter/nfnetlink_queue");
      if (seen.lines().anyMatch(line -> isWaiting(line.strip().split(" +"), queue, packets))) {
        return;
      }
    } while (System.nanoTime() - deadlineNs < 0);
    throw new AssertionError(packets + " packets in queue " + queue + " expected: " + seen);
  }

  private static boolean isWaiting(String[] field, int queue, int packets) {
    return Integer.parseInt(field[0]) == queue && Integer.parseInt(field[2]) == packets;
  }

  /** All rules of the host but no counters. */
  List<String> rules() throws Exception {
    String both = inHost("iptables-save") + inHost("ip6tables-save");
    return both.lines().filter(l -> l.startsWith("-A") || l.startsWith(":SALLY")).toList();
  }

  String inHost(String... words) throws Exception {
    return in(HOST, words);
  }

  String inPeer(String... words) throws Exception {
    return in(PEER, words);
  }

  private static String in(String namespace, String... words) throws Exception {
    List<String> all = new ArrayList<>(List.of("nsenter", "--net=/run/netns/" + namespace));
    all.addAll(List.of(words));
    return run(all.toArray(String[]::new));
  }

  private static String run(String... words) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(words).start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    String error = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(String.join(" ", words) + ": " + error).isZero();
    return out;
  }

  private static String resource(String name) throws URISyntaxException {
    return Path.of(TestHost.class.getResource("/" + name).toURI()).toString();
  }

  @Override
  public void close() throws IOException {
    programs.forEach(Conversation::close);
    try {
      run("ip", "netns", "del", HOST);
      run("ip", "netns", "del", PEER);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
