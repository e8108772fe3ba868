// SPDX-License-Identifier: Apache-2.0
package org.sallyport.netfilter.internal;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.sallyport.netfilter.Netfilter;

/** The product's own writer of iptables, without its OSGi shell. */
public final class RealNetfilter {

  private RealNetfilter() {}

  /** Writes to the network namespace of this process. */
  public static Netfilter at(Path state) {
    CommandRunner runner = new ProcessCommandRunner(List.of(), Duration.ofSeconds(10), 1 << 20);
    return new IptablesNetfilter(
        new Iptables(runner, Path.of("/usr/sbin")),
        Path.of("/proc"),
        new Journal(state),
        Clock.systemUTC());
  }
}
