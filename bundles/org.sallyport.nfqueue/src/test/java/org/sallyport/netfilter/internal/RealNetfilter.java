// SPDX-License-Identifier: Apache-2.0
package org.sallyport.netfilter.internal;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.sallyport.netfilter.frame.Frame;
import org.sallyport.netfilter.internal.frame.KernelFrame;

/** The product's own frame with its writer of iptables, without their OSGi shells. */
public final class RealNetfilter {

  private RealNetfilter() {}

  /** Writes to the network namespace of this process. */
  public static Frame frame(Path state) {
    CommandRunner runner = new ProcessCommandRunner(List.of(), Duration.ofSeconds(10), 1 << 20);
    return new KernelFrame(
        new IptablesNetfilter(
            new Iptables(runner, Path.of("/usr/sbin")),
            Path.of("/proc"),
            new Journal(state),
            Clock.systemUTC()));
  }
}
