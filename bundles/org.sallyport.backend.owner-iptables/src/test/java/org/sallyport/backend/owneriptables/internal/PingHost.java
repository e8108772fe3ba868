// SPDX-License-Identifier: Apache-2.0
package org.sallyport.backend.owneriptables.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A host and a peer that answers pings, each a network namespace; needs root. */
final class PingHost implements AutoCloseable {

  static final String V4 = "10.97.0.2";
  static final String V6 = "fd97::2";

  /** Nobody has it; the host has a route to it. */
  static final String ELSEWHERE = "10.97.0.9";

  /** One echo request as ping sends it by default, with its IP header. */
  static final long V4_BYTES = 84;

  static final long V6_BYTES = 104;

  private final String host = "sp-owner-h" + ProcessHandle.current().pid();
  private final String peer = "sp-owner-p" + ProcessHandle.current().pid();

  private final Process inhabitant;
  private final Path proc;

  /** The folder is for what a daemon of the host would see in /proc. */
  PingHost(Path proc) throws Exception {
    must("ip", "netns", "add", host);
    must("ip", "netns", "add", peer);
    must("ip", "-n", host, "link", "add", "up0", "type", "veth", "peer", "up0", "netns", peer);
    setUp(host, "1");
    setUp(peer, "2");
    inhabitant =
        new ProcessBuilder(
                "nsenter", "--net=/run/netns/" + host, "sh", "-c", "echo inside; exec cat")
            .start();
    assertThat(inhabitant.getInputStream().read()).isEqualTo('i');
    this.proc = proc;
    Files.createSymbolicLink(proc.resolve("sys"), Path.of("/proc/sys"));
    Files.createSymbolicLink(proc.resolve("net"), Path.of("/proc/" + inhabitant.pid() + "/net"));
  }

  private static void setUp(String namespace, String number) throws Exception {
    must("ip", "-n", namespace, "link", "set", "lo", "up");
    must("ip", "-n", namespace, "address", "add", "10.97.0." + number + "/24", "dev", "up0");
    must("ip", "-n", namespace, "address", "add", "fd97::" + number + "/64", "dev", "up0", "nodad");
    must("ip", "-n", namespace, "link", "set", "up0", "up");
  }

  Path proc() {
    return proc;
  }

  String namespace() {
    return host;
  }

  /** One echo request of a user; returns what ping says and how it ended. */
  String ping(long user, String address) throws Exception {
    return run(
        List.of(
            "nsenter",
            "--net=/run/netns/" + host,
            "setpriv",
            "--reuid=" + user,
            "--regid=" + user,
            "--clear-groups",
            "ping",
            "-n",
            "-c1",
            "-W1",
            address));
  }

  /** Runs a command in the host's namespace. */
  void inHost(String... words) throws Exception {
    List<String> all = new ArrayList<>(List.of("nsenter", "--net=/run/netns/" + host));
    all.addAll(List.of(words));
    must(all.toArray(String[]::new));
  }

  /** How many echo requests have reached the peer over IPv4. */
  long arrived() throws Exception {
    String all = run(List.of("nsenter", "--net=/run/netns/" + peer, "cat", "/proc/net/snmp"));
    List<String> icmp = all.lines().filter(line -> line.startsWith("Icmp:")).toList();
    int field = List.of(icmp.get(0).split(" ")).indexOf("InEchos");
    return Long.parseLong(icmp.get(1).split(" ")[field]);
  }

  private static void must(String... words) throws Exception {
    assertThat(run(List.of(words))).as(String.join(" ", words)).endsWith("exit 0");
  }

  private static String run(List<String> words) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return said + "exit " + process.waitFor();
  }

  @Override
  public void close() throws IOException {
    inhabitant.destroyForcibly();
    Files.delete(proc.resolve("sys"));
    Files.delete(proc.resolve("net"));
    try {
      run(List.of("ip", "netns", "del", host));
      run(List.of("ip", "netns", "del", peer));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
