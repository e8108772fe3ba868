// SPDX-License-Identifier: Apache-2.0
package org.sallyport.netfilter.internal;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.sallyport.api.backend.KernelCount;
import org.sallyport.netfilter.Chain;
import org.sallyport.netfilter.Family;
import org.sallyport.netfilter.JournalEntry;
import org.sallyport.netfilter.KernelState;
import org.sallyport.netfilter.MarkConflict;
import org.sallyport.netfilter.Netfilter;
import org.sallyport.netfilter.RuleSet;
import org.sallyport.netfilter.Table;
import org.sallyport.netfilter.Variant;
import org.sallyport.netfilter.VariantUse;
import org.sallyport.netfilter.Verification;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Offers {@link IptablesNetfilter} as a service. Coming and going changes nothing in the kernel.
 */
@Component(service = Netfilter.class)
public final class NetfilterComponent implements Netfilter {

  private static final Logger LOG = LoggerFactory.getLogger(NetfilterComponent.class);
  private static final int OUTPUT_MAX_BYTES = 64 << 20;

  private final Netfilter netfilter;

  /** Settings of the component {@code org.sallyport.netfilter.internal.NetfilterComponent}. */
  @interface Config {
    /** Where iptables and ip are. */
    String tools_folder() default "/usr/sbin";

    /** Where the journal is kept; empty: $SALLYPORT_STATE, else /var/lib/sallyport. */
    String state_folder() default "";

    /** After how many milliseconds a program is killed. */
    long timeout_ms() default 10_000;

    /** What rules are written with: auto, nft or legacy. */
    String iptables_variant() default "auto";
  }

  /**
   * Starts nothing yet.
   *
   * @param config the settings
   */
  @Activate
  public NetfilterComponent(Config config) {
    CommandRunner runner =
        new ProcessCommandRunner(
            List.of(), Duration.ofMillis(config.timeout_ms()), OUTPUT_MAX_BYTES);
    Path state =
        Path.of(
            config.state_folder().isEmpty()
                ? System.getenv().getOrDefault("SALLYPORT_STATE", "/var/lib/sallyport")
                : config.state_folder());
    this.netfilter =
        new IptablesNetfilter(
            new VariantChoice(
                new Iptables(runner, Path.of(config.tools_folder())),
                Path.of("/proc"),
                forced(config.iptables_variant())),
            new Journal(state),
            Clock.systemUTC(),
            new KernelGeneration());
    if (!netfilter.families().contains(Family.IPV6)) {
      LOG.info("this kernel has no IPv6: rules are written for IPv4 only");
    }
  }

  /** A word nobody knows must not quietly mean another variant: the component does not start. */
  private static Optional<Variant> forced(String setting) {
    return switch (setting) {
      case "auto" -> Optional.empty();
      case "nft" -> Optional.of(Variant.NFT);
      case "legacy" -> Optional.of(Variant.LEGACY);
      default -> throw new IllegalArgumentException("iptables.variant is auto, nft or legacy");
    };
  }

  @Override
  public VariantUse variant() {
    return netfilter.variant();
  }

  @Override
  public KernelState readOther() {
    return netfilter.readOther();
  }

  @Override
  public Verification watch(RuleSet rules) {
    return netfilter.watch(rules);
  }

  @Override
  public Set<Family> families() {
    return netfilter.families();
  }

  @Override
  public void commit(RuleSet rules, List<Table> order) {
    netfilter.commit(rules, order);
  }

  @Override
  public void remove() {
    netfilter.remove();
  }

  @Override
  public KernelState read() {
    return netfilter.read();
  }

  @Override
  public Map<Chain, KernelCount> takeGone() {
    return netfilter.takeGone();
  }

  @Override
  public Verification verify(RuleSet rules) {
    return netfilter.verify(rules);
  }

  @Override
  public Optional<JournalEntry> unfinished() {
    return netfilter.unfinished();
  }

  @Override
  public List<MarkConflict> markConflicts(long mask) {
    return netfilter.markConflicts(mask);
  }
}
