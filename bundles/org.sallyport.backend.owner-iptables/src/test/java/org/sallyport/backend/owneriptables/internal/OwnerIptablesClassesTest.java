// SPDX-License-Identifier: Apache-2.0
package org.sallyport.backend.owneriptables.internal;

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

class OwnerIptablesClassesTest {

  /** What the component does when it is activated. */
  @Test
  void shouldBeReadyToTheLastClassBeforeTheFirstOrder() throws Exception {
    Path folder =
        Path.of(
            OwnerIptablesComponent.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
    List<URL> classes = classFiles(folder);
    assertThat(
            new ClassWarmUp("org.sallyport")
                .load(classes, OwnerIptablesComponent.class.getClassLoader()))
        .contains(
            "org.sallyport.backend.owneriptables.internal.atom.TooManyAtomsException",
            "org.sallyport.netfilter.CtOriginal$DestinationPorts")
        .hasSizeGreaterThan(classes.size() - 10);
  }

  private static List<URL> classFiles(Path folder) throws IOException {
    List<URL> found = new ArrayList<>();
    try (Stream<Path> files = Files.walk(folder.resolve("org/sallyport/backend/owneriptables"))) {
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
