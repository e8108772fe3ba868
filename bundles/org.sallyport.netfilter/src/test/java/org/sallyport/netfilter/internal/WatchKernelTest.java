// SPDX-License-Identifier: Apache-2.0
package org.sallyport.netfilter.internal;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.jna.Native;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sallyport.netfilter.Variant;

/**
 * The health check on a real kernel's own counter. The counter is asked by the calling thread, so
 * one thread of this process lives in a namespace of its own. Needs root.
 */
class WatchKernelTest {

  private static final int CLONE_NEWNET = 0x40000000;
  private static final CommandRunner TOOLS =
      new ProcessCommandRunner(List.of(), Duration.ofSeconds(20), 1 << 24);

  @TempDir Path folder;
  private final ExecutorService thread = Executors.newSingleThreadExecutor();
  private final AtomicInteger started = new AtomicInteger();

  static {
    Native.register(WatchKernelTest.class, "c");
  }

  /** {@code int unshare(int flags)}. */
  private static native int unshare(int flags);

  @BeforeEach
  void enter() throws Exception {
    Files.createDirectories(folder.resolve("proc/sys/net/ipv6"));
    thread.submit(() -> assertThat(unshare(CLONE_NEWNET)).as("needs root").isZero()).get();
  }

  @AfterEach
  void leave() {
    thread.shutdown(); // the namespace goes with its last thread
  }

  @Test
  void shouldNoticeForeignCommitsAndStartNothingWithoutOne() throws Exception {
    thread.submit(this::watchOverTime).get();
  }

  private void watchOverTime() {
    IptablesNetfilter netfilter = netfilter();
    netfilter.commit(OutputChain.all(1), OutputChain.ARMING);
    assertThat(netfilter.watch(OutputChain.all(1)).differences()).isEmpty();

    started.set(0);
    for (int i = 0; i < 10; i++) {
      assertThat(netfilter.watch(OutputChain.all(1)).differences()).isEmpty();
    }
    assertThat(started).hasValue(0);

    tool("/usr/sbin/ip6tables-nft -t nat -A OUTPUT -j RETURN");
    assertThat(netfilter.watch(OutputChain.all(1)).differences()).isEmpty();
    assertThat(started.getAndSet(0)).isPositive();

    tool("/usr/sbin/iptables-nft -D SALLYPORT-OUT -j NFQUEUE --queue-num 8200");
    assertThat(netfilter.watch(OutputChain.all(1)).differences()).hasSize(2);
    netfilter.commit(OutputChain.all(1), OutputChain.ARMING);
    assertThat(netfilter.watch(OutputChain.all(1)).differences()).isEmpty();

    tool("/usr/sbin/nft flush ruleset");
    assertThat(netfilter.watch(OutputChain.all(1)).differences())
        .contains("ipv6 mangle: chain SALLYPORT-GATE is missing");
  }

  private IptablesNetfilter netfilter() {
    CommandRunner counting =
        (command, input) -> {
          started.incrementAndGet();
          return TOOLS.run(command, input);
        };
    return new IptablesNetfilter(
        new VariantChoice(
            new Iptables(counting, Path.of("/usr/sbin")),
            folder.resolve("proc"),
            Optional.of(Variant.NFT)),
        new Journal(folder.resolve("state")),
        Clock.systemUTC(),
        new KernelGeneration());
  }

  private static void tool(String line) {
    CommandResult result = TOOLS.run(List.of(line.split(" ")), "");
    assertThat(result.exitCode()).as(result.errors()).isZero();
  }
}
