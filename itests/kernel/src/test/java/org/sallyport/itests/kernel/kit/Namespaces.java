// SPDX-License-Identifier: Apache-2.0
package org.sallyport.itests.kernel.kit;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Two network namespaces with a wire between: the host that is protected, and a server that is not.
 */
public final class Namespaces implements AutoCloseable {

  private static final AtomicInteger NUMBER = new AtomicInteger();

  /** Column of RetransSegs in the second line of Tcp in /proc/net/snmp, see proc(5). */
  private static final Pattern RETRANSMITS =
      Pattern.compile("^Tcp: (?:-?\\d+ ){11}(\\d+) .*$", Pattern.MULTILINE);

  private final String host;
  private final String server;

  /** Makes them; fails with a reason where that is not allowed. */
  public Namespaces() {
    String prefix = "sp-it-" + ProcessHandle.current().pid() + "-" + NUMBER.incrementAndGet();
    host = prefix + "-h";
    server = prefix + "-s";
    requireRoot();
    try {
      make(host);
      make(server);
      Command.of(
              "ip", "link", "add", "wire", "type", "veth", "peer", "name", "wire", "netns", server)
          .in(host)
          .must();
      address(host, 1);
      address(server, 2);
    } catch (AssertionError e) {
      close();
      throw new AssertionError("network namespaces are needed for these tests", e);
    }
  }

  private static void requireRoot() {
    String uid = Command.of("id", "-u").must().out().trim();
    if (!uid.equals("0")) {
      throw new AssertionError("these tests need root, for network namespaces; this is uid " + uid);
    }
  }

  private static void make(String name) {
    Command.of("ip", "netns", "add", name).must();
    Command.of("ip", "link", "set", "lo", "up").in(name).must();
  }

  private static void address(String name, int last) {
    Command.of("ip", "address", "add", "10.77.0." + last + "/24", "dev", "wire").in(name).must();
    Command.of("ip", "address", "add", "fd77::" + last + "/64", "dev", "wire", "nodad")
        .in(name)
        .must();
    Command.of("ip", "link", "set", "wire", "up").in(name).must();
  }

  /** The protected namespace's name. */
  public String host() {
    return host;
  }

  /** The server's namespace's name. */
  public String server() {
    return server;
  }

  /** Gives the server more IPv4 addresses, and both ends' kernels forget closed flows soon. */
  public void prepareForLoad() {
    for (String address : serverAddresses().subList(1, serverAddresses().size())) {
      Command.of("ip", "address", "add", address + "/24", "dev", "wire").in(server).must();
    }
    for (String name : List.of(host, server)) {
      for (String state : List.of("tcp_timeout_close", "tcp_timeout_time_wait", "udp_timeout")) {
        Command.of("sysctl", "-qw", "net.netfilter.nf_conntrack_" + state + "=2").in(name).must();
      }
      Command.of("sysctl", "-qw", "net.ipv4.ip_local_port_range=1024 65535").in(name).must();
    }
  }

  /** The server's IPv4 addresses after {@link #prepareForLoad}. */
  public List<String> serverAddresses() {
    return List.of("10.77.0.2", "10.77.0.3", "10.77.0.4", "10.77.0.5");
  }

  /** The kernel's line about a queue of the protected namespace; see proc_nfnetlink_queue. */
  public long[] queue(int number) {
    return Command.of("cat", "/proc/net/netfilter/nfnetlink_queue")
        .in(host)
        .must()
        .out()
        .lines()
        .map(line -> Stream.of(line.strip().split(" +")).mapToLong(Long::parseLong).toArray())
        .filter(fields -> fields[0] == number)
        .findFirst()
        .orElseThrow(() -> new AssertionError("no queue " + number));
  }

  /** Both families' rules of the protected namespace, without counters and comments. */
  public String rules() {
    return rules("iptables-nft-save") + rules("ip6tables-nft-save");
  }

  /** Changes the rules of the protected namespace, as somebody else would. */
  public void iptables(Family family, String... words) {
    List<String> all = new ArrayList<>(List.of(family.iptables() + "-nft"));
    all.addAll(List.of(words));
    Command.of(all.toArray(String[]::new)).in(host).must();
  }

  /** How many segments of TCP the protected namespace sent once more. */
  public long retransmits() {
    String counters = Command.of("cat", "/proc/net/snmp").in(host).must().out();
    Matcher matcher = RETRANSMITS.matcher(counters);
    if (!matcher.find()) {
      throw new AssertionError("no counter of retransmits in " + counters);
    }
    return Long.parseLong(matcher.group(1));
  }

  private String rules(String tool) {
    return Command.of(tool)
        .in(host)
        .must()
        .out()
        .lines()
        .filter(line -> !line.startsWith("#"))
        .map(line -> line.replaceAll("\\[\\d+:\\d+\\]", ""))
        .reduce("", (all, line) -> all + line.strip() + "\n");
  }

  @Override
  public void close() {
    Command.of("ip", "netns", "delete", host).run();
    Command.of("ip", "netns", "delete", server).run();
  }
}
