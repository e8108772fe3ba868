// SPDX-License-Identifier: Apache-2.0
package org.sallyport.nfqueue.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.sallyport.codec.classes.ClassWarmUp;

class NfqueueClassesTest {

  /** What the component does when it is activated. */
  @Test
  void shouldBeReadyToTheLastClassBeforeTheFirstPacket() throws Exception {
    Path folder =
        Path.of(NfqueueComponent.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    List<URL> classes = classFiles(folder);
    assertThat(
            new ClassWarmUp("org.sallyport").load(classes, NfqueueComponent.class.getClassLoader()))
        .contains(
            "org.sallyport.nfqueue.internal.loop.UnknownSubject",
            "org.sallyport.kernel.nfqueue.NfqueueLease",
            "org.sallyport.codec.netlink.NfqVerdict")
        .hasSizeGreaterThan(classes.size() - 10);
  }

  private static List<URL> classFiles(Path folder) throws IOException {
    List<URL> found = new ArrayList<>();
    try (Stream<Path> files = Files.walk(folder.resolve("org/sallyport/nfqueue"))) {
      for (Path file : files.filter(f -> f.toString().endsWith(".class")).toList()) {
        found.add(url(file));
      }
    }
    return found;
  }

  private static URL url(Path file) throws MalformedURLException {
    return file.toUri().toURL();
  }
}
