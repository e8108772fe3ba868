// SPDX-License-Identifier: Apache-2.0
package org.sallyport.nfqueue.internal.loop;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class PacketPlaneTest {

  @Test
  void shouldKnowNeitherOsgiNorALog() throws Exception {
    Path classes =
        Path.of(NfqueueAgent.class.getResource("NfqueueAgent.class").toURI()).getParent();
    int seen = 0;
    try (DirectoryStream<Path> files = Files.newDirectoryStream(classes, "*.class")) {
      for (Path file : files) {
        String names = Files.readString(file, StandardCharsets.ISO_8859_1);
        assertThat(names)
            .as(file.toString())
            .doesNotContain("org/slf4j", "org/osgi", "java/util/logging");
        seen++;
      }
    }
    assertThat(seen).isGreaterThan(20);
  }
}
