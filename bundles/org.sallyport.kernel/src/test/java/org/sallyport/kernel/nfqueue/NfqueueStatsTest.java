// SPDX-License-Identifier: Apache-2.0
package org.sallyport.kernel.nfqueue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NfqueueStatsTest {

  @TempDir Path folder;

  @Test
  void shouldReadTheLineOfItsQueue() throws Exception {
    Path file = folder.resolve("nfnetlink_queue");
    Files.writeString(
        file,
        """
            0  -4097     0 2 65535     0     0        0  1
         5050  31337     3 2   256    11     7     4711  1
        garbage
        1 2 3 four 5 6 7 8 9
        """);
    assertThat(NfqueueStats.read(file, 5050))
        .contains(new NfqueueStats(5050, 31337, 3, 2, 256, 11, 7, 4711));
    assertThat(NfqueueStats.read(file, 0).orElseThrow().portId()).isEqualTo(4294963199L);
    assertThat(NfqueueStats.read(file, 1)).isEmpty();
  }

  @Test
  void shouldTellNothingWithoutTheFile() {
    assertThat(NfqueueStats.read(folder.resolve("none"), 1)).isEmpty();
  }

  @Test
  void shouldCheckOptions() {
    assertThatIllegalArgumentException().isThrownBy(() -> new NfqueueOptions(59, 1, 4096, false));
    assertThatIllegalArgumentException().isThrownBy(() -> new NfqueueOptions(60, 0, 4096, false));
    assertThatIllegalArgumentException().isThrownBy(() -> new NfqueueOptions(60, 1, 4095, false));
    assertThat(NfqueueOptions.defaults().withFailOpen(true).failOpen()).isTrue();
    assertThat(NfqueueOptions.defaults().slotLength()).isEqualTo(1792);
  }
}
