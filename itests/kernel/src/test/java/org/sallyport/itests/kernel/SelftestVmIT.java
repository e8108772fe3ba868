// SPDX-License-Identifier: Apache-2.0
package org.sallyport.itests.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.sallyport.itests.kernel.kit.Client;
import org.sallyport.itests.kernel.kit.SelftestReport;

/**
 * The self-test of attribution on Debian 12's stock kernel, in an emulated machine, which is slow:
 * some minutes, and more for the first time. Run by its name, and not with the kernel ring: what
 * the emulator does to a Java machine is no word about ours ({@code itests/vm/README.md}).
 */
class SelftestVmIT {

  private static final int COUNT = 4;
  private static final String LIMIT_S = "2400";
  private static final String PATIENCE_S = "60";

  @Test
  void shouldNameTheSenderOfEveryKindOnTheStockKernel() throws Exception {
    Path out = Files.createTempFile("sallyport-it-vm", ".out");
    Process process = selftest(out);
    try {
      int status = process.waitFor();
      String said = Files.readString(out);
      assertThat(status).as(said).isZero();
      SelftestReport report = new SelftestReport(Client.parse(lastLine(said)));
      assertThat(report.json().get("kernel").asText()).startsWith("6.1.");
      report.assertNothingWrong().assertWhole(COUNT, Set.of());
    } finally {
      process.destroy();
      Files.delete(out);
    }
  }

  /** The machine gives back one stream, and run.sh ends it in time. */
  private static Process selftest(Path out) throws IOException {
    String command = "bin/sallyport selftest --json --count " + COUNT + " --patience " + PATIENCE_S;
    List<String> words =
        List.of(
            Path.of("../vm/run.sh").toAbsolutePath().toString(),
            "-t",
            LIMIT_S,
            System.getProperty("sallyport.assembly"),
            command);
    return new ProcessBuilder(words).redirectErrorStream(true).redirectOutput(out.toFile()).start();
  }

  private static String lastLine(String text) {
    return text.lines().filter(line -> line.startsWith("{")).reduce((a, b) -> b).orElse(text);
  }
}
