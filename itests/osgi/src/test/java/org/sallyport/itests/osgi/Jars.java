// SPDX-License-Identifier: Apache-2.0
package org.sallyport.itests.osgi;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarFile;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Where the bundles of the test lie: ours as built, others on the class path of the test. */
final class Jars {

  private static final Path BUNDLES = Path.of("../../bundles").toAbsolutePath().normalize();

  private Jars() {}

  /** Our bundle of that name. */
  static Path ours(String name) {
    Pattern form = Pattern.compile(Pattern.quote(name) + "-[0-9][^-]*\\.jar");
    try (Stream<Path> files = Files.list(BUNDLES.resolve(name).resolve("target"))) {
      return files
          .filter(file -> form.matcher(file.getFileName().toString()).matches())
          .findFirst()
          .orElseThrow(() -> new AssertionError(name + " is not built"));
    } catch (IOException e) {
      throw new AssertionError(name + " is not built", e);
    }
  }

  /** All our bundles that are built. */
  static List<Path> allOfOurs() {
    try (Stream<Path> folders = Files.list(BUNDLES)) {
      return folders
          .filter(folder -> Files.isRegularFile(folder.resolve("pom.xml")))
          .map(folder -> folder.getFileName().toString())
          .sorted()
          .map(Jars::ours)
          .toList();
    } catch (IOException e) {
      throw new AssertionError("no bundles in " + BUNDLES, e);
    }
  }

  /** The jar on the class path that holds a class. */
  static Path holding(String className) {
    try {
      Class<?> type = Class.forName(className, false, Jars.class.getClassLoader());
      return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (ClassNotFoundException | URISyntaxException e) {
      throw new AssertionError("no jar holds " + className, e);
    }
  }

  /** A header of a jar's manifest. */
  static String header(Path jar, String name) throws IOException {
    try (JarFile file = new JarFile(jar.toFile())) {
      return file.getManifest().getMainAttributes().getValue(name);
    }
  }

  /** What ours need, in the versions that the distribution has. */
  static List<Path> libraries() {
    return Stream.of(
            "org.osgi.util.function.Function",
            "org.osgi.util.promise.Promise",
            "org.osgi.service.component.ComponentContext",
            "org.slf4j.Logger",
            "org.slf4j.impl.StaticLoggerBinder",
            "org.apache.felix.scr.info.ScrInfo",
            "com.sun.jna.Native",
            "org.yaml.snakeyaml.Yaml")
        .map(Jars::holding)
        .toList();
  }
}
