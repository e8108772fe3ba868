// SPDX-License-Identifier: Apache-2.0
package org.sallyport.kernel.conntrack;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConntrackStatsTest {

  private static final String NAMES =
      "entries  clashres found insert insert_failed drop early_drop icmp_error\n";

  @TempDir private Path folder;

  private Path file(String text) throws IOException {
    return Files.writeString(folder.resolve("nf_conntrack"), text);
  }

  @Test
  void shouldAddUpWhatAllProcessorsLost() throws IOException {
    Path file =
        file(
            NAMES
                + "00000007  0 0 0 000000ff 0000000a 00000001 0\n"
                + "00000007  0 0 0 000000ff 00000010 00000002 0\n");
    assertThat(ConntrackStats.read(file)).hasValue(new ConntrackStats(26, 3));
    assertThat(ConntrackStats.read(file).orElseThrow().lost()).isEqualTo(29);
  }

  @Test
  void shouldSayNothingWhereTheKernelSaysNothing() throws IOException {
    assertThat(ConntrackStats.read(folder.resolve("none"))).isEmpty();
    assertThat(ConntrackStats.read(file(""))).isEmpty();
    assertThat(ConntrackStats.read(file(NAMES + "x x x x x x x x\n"))).isEmpty();
    assertThat(ConntrackStats.read(file("entries\n00\n"))).hasValue(new ConntrackStats(0, 0));
  }
}
