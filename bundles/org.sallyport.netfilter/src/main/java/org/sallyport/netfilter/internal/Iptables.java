// SPDX-License-Identifier: Apache-2.0
package org.sallyport.netfilter.internal;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.sallyport.netfilter.Family;
import org.sallyport.netfilter.NetfilterException;
import org.sallyport.netfilter.NetfilterException.Kind;
import org.sallyport.netfilter.Table;

/** The command lines of Debian's iptables and iproute2, and what their exit codes mean. */
final class Iptables {

  private static final String PACKAGE_HINT = "install the Debian package iptables";

  private final CommandRunner runner;
  private final Path folder;
  private final ProtocolNames protocols;

  /**
   * The tools.
   *
   * @param runner what starts them
   * @param folder where they are, usually {@code /usr/sbin}
   */
  Iptables(CommandRunner runner, Path folder) {
    this.runner = runner;
    this.folder = folder;
    this.protocols = ProtocolNames.read(Path.of("/etc/protocols"));
  }

  /** The names the tools print for protocols. */
  ProtocolNames protocols() {
    return protocols;
  }

  /** Commits one restore text; other chains of its table stay ({@code --noflush}). */
  void restore(Family family, String text) {
    String tool = tool(family, "nft-restore");
    CommandResult result = runner.run(List.of(path(tool), "--noflush", "--wait"), text);
    if (result.exitCode() != 0) {
      throw ToolErrors.restore(tool, result, text);
    }
  }

  /** Prints one table, or all, with counters. */
  String save(Family family, Optional<Table> table) {
    String tool = tool(family, "nft-save");
    List<String> command = new ArrayList<>(List.of(path(tool), "-c"));
    table.ifPresent(t -> command.addAll(List.of("-t", t.label())));
    return output(tool, command);
  }

  /** Prints the tables of iptables-legacy; empty where that variant is not installed. */
  Optional<String> legacySave(Family family) {
    String tool = tool(family, "legacy-save");
    return Files.isExecutable(folder.resolve(tool))
        ? Optional.of(output(tool, List.of(path(tool))))
        : Optional.empty();
  }

  /** Prints the policy routing rules, one a line. */
  String routingRules(Family family) {
    Path ip = folder.resolve("ip");
    if (!Files.isExecutable(ip)) {
      throw new NetfilterException(
          Kind.TOOL_MISSING, ip + " is not there; install the Debian package iproute2");
    }
    String option = family == Family.IPV4 ? "-4" : "-6";
    return output("ip", List.of(ip.toString(), option, "-o", "rule", "show"));
  }

  private String output(String tool, List<String> command) {
    CommandResult result = runner.run(command, "");
    if (result.exitCode() != 0) {
      throw ToolErrors.read(tool, result);
    }
    return result.output();
  }

  private static String tool(Family family, String variant) {
    return (family == Family.IPV4 ? "iptables-" : "ip6tables-") + variant;
  }

  private String path(String tool) {
    Path path = folder.resolve(tool);
    if (!Files.isExecutable(path)) {
      throw new NetfilterException(Kind.TOOL_MISSING, path + " is not there; " + PACKAGE_HINT);
    }
    return path.toString();
  }
}
