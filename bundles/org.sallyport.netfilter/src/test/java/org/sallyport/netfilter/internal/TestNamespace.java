// SPDX-License-Identifier: Apache-2.0
package org.sallyport.netfilter.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** A network namespace with its own tables, made for one test and removed after it; needs root. */
final class TestNamespace implements AutoCloseable {

  private static final CommandRunner HOST =
      new ProcessCommandRunner(List.of(), Duration.ofSeconds(20), 1 << 20);

  private final String name = "sp-netfilter-" + ProcessHandle.current().pid();
  private final CommandRunner inside;

  TestNamespace() {
    CommandResult made = HOST.run(List.of("/usr/sbin/ip", "netns", "add", name), "");
    assertThat(made.exitCode()).as("these tests need root: %s", made.errors()).isZero();
    inside =
        new ProcessCommandRunner(
            List.of("/usr/bin/nsenter", "--net=/run/netns/" + name),
            Duration.ofSeconds(20),
            1 << 24);
  }

  CommandRunner runner() {
    return inside;
  }

  Iptables iptables() {
    return new Iptables(inside, Path.of("/usr/sbin"));
  }

  IptablesNetfilter netfilter(Path state) {
    return new IptablesNetfilter(
        iptables(), Path.of("/proc"), new Journal(state), Clock.systemUTC());
  }

  /** Runs a command line whose words hold no blanks, and expects it to succeed. */
  String run(String line) {
    return feed(line, "");
  }

  String feed(String line, String input) {
    CommandResult result = inside.run(List.of(line.split(" ")), input);
    assertThat(result.exitCode()).as("%s: %s", line, result.errors()).isZero();
    return result.output();
  }

  /** Both families with counters, without our chains, our base jumps and the lines with dates. */
  String foreignParts() {
    List<String> kept = new ArrayList<>();
    for (String tool : List.of("iptables-nft-save", "ip6tables-nft-save")) {
      String all = run("/usr/sbin/" + tool + " -c");
      kept.add(
          all.lines()
              .filter(line -> !line.startsWith("#"))
              .filter(line -> !line.matches("(:|\\[\\d+:\\d+] -A )SALLYPORT-.*"))
              .filter(line -> !line.matches("\\[\\d+:\\d+] -A [A-Z]+ -j SALLYPORT-[A-Z0-9-]+"))
              .collect(Collectors.joining("\n")));
    }
    return String.join("\n", kept);
  }

  @Override
  public void close() {
    HOST.run(List.of("/usr/sbin/ip", "netns", "del", name), "");
  }
}
