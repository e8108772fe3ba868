// SPDX-License-Identifier: Apache-2.0
package org.sallyport.netfilter.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.sallyport.netfilter.Family;
import org.sallyport.netfilter.KernelState;
import org.sallyport.netfilter.KernelState.TableState;
import org.sallyport.netfilter.NetfilterException;
import org.sallyport.netfilter.NetfilterException.Kind;
import org.sallyport.netfilter.Table;
import org.sallyport.netfilter.Variant;

/**
 * The kernel's tables as one variant of iptables sees them. Reading makes no table: iptables-legacy
 * is started only for tables that the kernel says are there.
 */
final class VariantTables {

  private final Variant variant;
  private final Iptables iptables;
  private final Path proc;

  /**
   * One variant's view.
   *
   * @param variant which
   * @param iptables the tools
   * @param proc usually {@code /proc}; its {@code net} is of the namespace the tools run in
   */
  VariantTables(Variant variant, Iptables iptables, Path proc) {
    this.variant = variant;
    this.iptables = iptables;
    this.proc = proc;
  }

  Variant variant() {
    return variant;
  }

  ProtocolNames protocols() {
    return iptables.protocols();
  }

  /** The families that have tables: both, or IPv4 alone on a kernel without IPv6. */
  Set<Family> families() {
    return Files.isDirectory(proc.resolve("sys/net/ipv6"))
        ? EnumSet.allOf(Family.class)
        : EnumSet.of(Family.IPV4);
  }

  boolean installed() {
    return iptables.installed(variant, families());
  }

  void requireInstalled() {
    iptables.require(variant, families());
  }

  void restore(Family family, String text) {
    iptables.restore(variant, family, text);
  }

  /** All tables of all families, or one of them. */
  KernelState read(Optional<Table> only) {
    Map<Family, Map<String, TableState>> state = new EnumMap<>(Family.class);
    for (Family family : families()) {
      boolean anything = variant == Variant.NFT || legacyHas(family, only);
      state.put(
          family, anything ? SaveParser.parse(iptables.save(variant, family, only)) : Map.of());
    }
    return new KernelState(state);
  }

  private boolean legacyHas(Family family, Optional<Table> only) {
    Path names =
        proc.resolve(family == Family.IPV4 ? "net/ip_tables_names" : "net/ip6_tables_names");
    try {
      List<String> tables = Files.readAllLines(names);
      return only.map(table -> tables.contains(table.label())).orElse(!tables.isEmpty());
    } catch (NoSuchFileException e) {
      return false; // the module is not loaded
    } catch (IOException e) {
      throw new NetfilterException(Kind.PERMISSION, names + " cannot be read; run as root", e);
    }
  }
}
