// SPDX-License-Identifier: Apache-2.0
package org.sallyport.netfilter.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import org.sallyport.netfilter.Variant;

/** A network namespace with its own tables, made for one test and removed after it; needs root. */
final class TestNamespace implements AutoCloseable {

  private static final CommandRunner HOST =
      new ProcessCommandRunner(List.of(), Duration.ofSeconds(20), 1 << 20);

  private final String name = "sp-netfilter-" + ProcessHandle.current().pid();
  private final CommandRunner inside;
  private final Process inhabitant;
  private final Path proc;

  TestNamespace() {
    CommandResult made = HOST.run(List.of("/usr/sbin/ip", "netns", "add", name), "");
    assertThat(made.exitCode()).as("these tests need root: %s", made.errors()).isZero();
    List<String> enter = List.of("/usr/bin/nsenter", "--net=/run/netns/" + name);
    inside = new ProcessCommandRunner(enter, Duration.ofSeconds(20), 1 << 24);
    inhabitant = inhabitant(enter);
    proc = proc(inhabitant.pid());
  }

  /** Its files in /proc show the namespace; it says a line once it is inside. */
  private static Process inhabitant(List<String> enter) {
    List<String> command = new ArrayList<>(enter);
    command.addAll(List.of("/bin/sh", "-c", "echo inside; exec cat"));
    try {
      Process process = new ProcessBuilder(command).start();
      assertThat(process.getInputStream().read()).isEqualTo('i');
      return process;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  CommandRunner runner() {
    return inside;
  }

  Iptables iptables() {
    return new Iptables(inside, Path.of("/usr/sbin"));
  }

  private static Path proc(long pid) {
    try {
      Path proc = Files.createTempDirectory("sallyport-proc");
      Files.createSymbolicLink(proc.resolve("sys"), Path.of("/proc/sys"));
      Files.createSymbolicLink(proc.resolve("net"), Path.of("/proc/" + pid + "/net"));
      return proc;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What the namespace's processes see in /proc, as far as it matters. */
  Path proc() {
    return proc;
  }

  IptablesNetfilter netfilter(Path state) {
    return netfilter(state, Optional.empty());
  }

  IptablesNetfilter netfilter(Path state, Optional<Variant> forced) {
    return netfilter(inside, state, forced);
  }

  /** With another runner between the product and the namespace. */
  IptablesNetfilter netfilter(CommandRunner runner, Path state, Optional<Variant> forced) {
    Iptables tools = new Iptables(runner, Path.of("/usr/sbin"));
    return new IptablesNetfilter(
        new VariantChoice(tools, proc, forced),
        new Journal(state),
        Clock.systemUTC(),
        OptionalLong::empty);
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

  /** The path of a tool, such as {@code tool(Variant.NFT, "ip6tables", "-save")}. */
  static String tool(Variant variant, String plain, String suffix) {
    return "/usr/sbin/" + plain + (variant == Variant.NFT ? "-nft" : "-legacy") + suffix;
  }

  /** Both families with counters, without our chains, our base jumps and the lines with dates. */
  String foreignParts(Variant variant) {
    List<String> kept = new ArrayList<>();
    for (String plain : List.of("iptables", "ip6tables")) {
      String all = run(tool(variant, plain, "-save") + " -c");
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
    inhabitant.destroyForcibly();
    try {
      Files.delete(proc.resolve("sys"));
      Files.delete(proc.resolve("net"));
      Files.delete(proc);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    HOST.run(List.of("/usr/sbin/ip", "netns", "del", name), "");
  }
}
