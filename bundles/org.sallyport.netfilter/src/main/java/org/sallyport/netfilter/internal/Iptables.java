// SPDX-License-Identifier: Apache-2.0
package org.sallyport.netfilter.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.sallyport.netfilter.Family;
import org.sallyport.netfilter.NetfilterException;
import org.sallyport.netfilter.NetfilterException.Kind;
import org.sallyport.netfilter.Table;
import org.sallyport.netfilter.Variant;

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

  /** Whether a variant can be read and written for all these families. */
  boolean installed(Variant variant, Set<Family> families) {
    return missing(variant, families).isEmpty();
  }

  /** Throws unless {@link #installed}: asked before the first of several changes. */
  void require(Variant variant, Set<Family> families) {
    missing(variant, families)
        .ifPresent(
            path -> {
              throw new NetfilterException(
                  Kind.TOOL_MISSING, path + " is not there; " + PACKAGE_HINT);
            });
  }

  private Optional<Path> missing(Variant variant, Set<Family> families) {
    return families.stream()
        .flatMap(f -> List.of(tool(variant, f, "save"), tool(variant, f, "restore")).stream())
        .map(folder::resolve)
        .filter(path -> !Files.isExecutable(path))
        .findFirst();
  }

  /**
   * What a person gets who says iptables; {@link Variant#NFT} where nothing is said, as in Debian.
   */
  Variant systemVariant() {
    try {
      String program = plain().toRealPath().getFileName().toString();
      return program.contains("legacy") ? Variant.LEGACY : Variant.NFT;
    } catch (IOException e) {
      return Variant.NFT;
    }
  }

  /** The program behind {@link #systemVariant}. */
  Path plain() {
    return folder.resolve("iptables");
  }

  /** Commits one restore text; other chains of its table stay ({@code --noflush}). */
  void restore(Variant variant, Family family, String text) {
    String tool = tool(variant, family, "restore");
    CommandResult result = runner.run(List.of(path(tool), "--noflush", "--wait"), text);
    if (result.exitCode() != 0) {
      throw ToolErrors.restore(tool, result, text);
    }
  }

  /**
   * Prints one table, or all, with counters. Naming a table that iptables-legacy does not have yet
   * makes it.
   */
  String save(Variant variant, Family family, Optional<Table> table) {
    String tool = tool(variant, family, "save");
    List<String> command = new ArrayList<>(List.of(path(tool), "-c"));
    table.ifPresent(t -> command.addAll(List.of("-t", t.label())));
    return output(tool, command);
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

  private static String tool(Variant variant, Family family, String action) {
    String variants = variant == Variant.NFT ? "tables-nft-" : "tables-legacy-";
    return (family == Family.IPV4 ? "ip" : "ip6") + variants + action;
  }

  private String path(String tool) {
    Path path = folder.resolve(tool);
    if (!Files.isExecutable(path)) {
      throw new NetfilterException(Kind.TOOL_MISSING, path + " is not there; " + PACKAGE_HINT);
    }
    return path.toString();
  }
}
