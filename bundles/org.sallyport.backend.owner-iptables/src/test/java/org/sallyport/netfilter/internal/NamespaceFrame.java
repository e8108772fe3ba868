// SPDX-License-Identifier: Apache-2.0
package org.sallyport.netfilter.internal;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.sallyport.netfilter.Variant;
import org.sallyport.netfilter.frame.Frame;
import org.sallyport.netfilter.internal.frame.KernelFrame;

/** The real frame for another network namespace. */
public final class NamespaceFrame {

  private NamespaceFrame() {}

  /** Its rules are written in a namespace by nsenter; each state folder is a daemon of its own. */
  public static Frame in(String namespace, Path proc, Path state, Variant variant) {
    CommandRunner runner =
        new ProcessCommandRunner(
            List.of("/usr/bin/nsenter", "--net=/run/netns/" + namespace),
            Duration.ofSeconds(60),
            1 << 26);
    Iptables tools = new Iptables(runner, Path.of("/usr/sbin"));
    return new KernelFrame(
        new IptablesNetfilter(
            new VariantChoice(tools, proc, Optional.of(variant)),
            new Journal(state),
            Clock.systemUTC(),
            OptionalLong::empty));
  }
}
