// SPDX-License-Identifier: Apache-2.0
package org.sallyport.netfilter.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.sallyport.netfilter.NetfilterException;
import org.sallyport.netfilter.NetfilterException.Kind;

class ProcessCommandRunnerTest {

  private final CommandRunner runner =
      new ProcessCommandRunner(List.of(), Duration.ofSeconds(10), 100_000);

  @Test
  void shouldGiveACleanEnvironment() {
    CommandResult result = runner.run(List.of("/usr/bin/env"), "");

    assertThat(result.output().lines())
        .containsExactlyInAnyOrder("LC_ALL=C", "PATH=/usr/sbin:/usr/bin:/sbin:/bin");
  }

  @Test
  void shouldPassInputAndOutputsThrough() {
    String large = "x".repeat(90_000);

    assertThat(runner.run(List.of("/usr/bin/cat"), large).output()).isEqualTo(large);
    CommandResult failed = runner.run(List.of("/usr/bin/ls", "/no-such-file"), large);
    assertThat(failed.exitCode()).isEqualTo(2);
    assertThat(failed.errors()).contains("No such file");
  }

  @Test
  void shouldKillAProgramThatIsLate() {
    CommandRunner hasty = new ProcessCommandRunner(List.of(), Duration.ofMillis(50), 10);
    long begun = System.nanoTime();

    assertThatThrownBy(() -> hasty.run(List.of("/usr/bin/sleep", "600"), "x".repeat(1 << 20)))
        .isInstanceOfSatisfying(
            NetfilterException.class, e -> assertThat(e.kind()).isEqualTo(Kind.TIMEOUT))
        .hasMessageContaining("/usr/bin/sleep did not end within 50 ms");
    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(60));
  }

  @Test
  void shouldKillAProgramThatWritesTooMuch() {
    assertThatThrownBy(() -> runner.run(List.of("/usr/bin/yes"), ""))
        .isInstanceOf(NetfilterException.class)
        .hasMessageContaining("wrote more than 100000 bytes");
  }

  @Test
  void shouldSayThatAProgramIsNotThere() {
    assertThatThrownBy(() -> runner.run(List.of("/no/such/program"), ""))
        .isInstanceOfSatisfying(
            NetfilterException.class, e -> assertThat(e.kind()).isEqualTo(Kind.TOOL_MISSING));
  }
}
