// SPDX-License-Identifier: Apache-2.0
package org.sallyport.engine.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.io.IOException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.sallyport.codec.classes.ClassWarmUp;
import org.sallyport.engine.internal.names.HostNames;

class HostNamesTest {

  @Test
  void shouldAskTheHost() {
    HostNames names = new HostNames();

    assertThat(names.userId("root")).isZero();
    assertThat(names.groupId("root")).isZero();
    assertThatThrownBy(() -> names.userId("nobody-of-that-name"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("there is no user 'nobody-of-that-name'");
  }

  @Test
  void shouldLoadEveryClassOfTheBundleAndEveryClassItSpeaksOf() throws IOException {
    Path classes = new File("target/classes").toPath();
    try (Stream<Path> files = Files.walk(classes)) {
      List<Path> found = files.filter(file -> file.toString().endsWith(".class")).toList();
      List<URL> urls = found.stream().map(HostNamesTest::url).toList();

      Set<String> loaded =
          new ClassWarmUp("org.sallyport", "com.google.re2j")
              .load(urls, getClass().getClassLoader());

      assertThat(loaded)
          .contains("org.sallyport.api.match.Truth", "com.google.re2j.Machine")
          .containsAll(
              found.stream()
                  .map(file -> classes.relativize(file).toString().replace('/', '.'))
                  .filter(name -> !name.endsWith(".package-info.class"))
                  .map(name -> name.substring(0, name.length() - ".class".length()))
                  .toList());
    }
  }

  private static URL url(Path file) {
    try {
      return file.toUri().toURL();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
