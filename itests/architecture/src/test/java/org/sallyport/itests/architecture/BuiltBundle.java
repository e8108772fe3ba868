// SPDX-License-Identifier: Apache-2.0
package org.sallyport.itests.architecture;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * One module below {@code bundles/} as the build left it.
 *
 * @param name folder, artifact, symbolic name and, but for hyphens, root package
 * @param folder the module's folder
 */
record BuiltBundle(String name, Path folder) {

  private static final Path BUNDLES = Path.of("../../bundles").toAbsolutePath().normalize();
  private static final Pattern MODULE = Pattern.compile("<module>([^<]+)</module>");

  /** Every module that the build names, so that a new bundle cannot be forgotten here. */
  static List<BuiltBundle> all() {
    List<BuiltBundle> all =
        MODULE
            .matcher(read(BUNDLES.resolve("pom.xml")))
            .results()
            .map((MatchResult match) -> match.group(1))
            .map(name -> new BuiltBundle(name, BUNDLES.resolve(name)))
            .toList();
    if (all.isEmpty()) {
      throw new AssertionError("no module is named in " + BUNDLES.resolve("pom.xml"));
    }
    return all;
  }

  /** One of them. */
  static BuiltBundle named(String name) {
    return all().stream()
        .filter(bundle -> bundle.name.equals(name))
        .findFirst()
        .orElseThrow(() -> new AssertionError("there is no bundle " + name));
  }

  /** Its own classes, without those embedded from elsewhere. */
  JavaClasses classes() {
    String root = "/" + name.replace('.', '/').replace("-", "") + "/";
    JavaClasses classes =
        new ClassFileImporter()
            .withImportOption(location -> location.contains(root))
            .importPath(folder.resolve("target/classes"));
    if (classes.isEmpty()) {
      throw new AssertionError(name + " has no compiled classes of its own package");
    }
    return classes;
  }

  /** The manifest in its jar. */
  Manifest manifest() {
    try (JarFile jar = new JarFile(jar().toFile())) {
      Manifest manifest = jar.getManifest();
      if (manifest == null) {
        throw new AssertionError(name + " has no manifest");
      }
      return manifest;
    } catch (IOException e) {
      throw new AssertionError("no readable jar of " + name, e);
    }
  }

  /** Its jar. */
  Path jar() throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve("target"))) {
      Pattern form = Pattern.compile(Pattern.quote(name) + "-[0-9][^-]*\\.jar");
      List<Path> jars =
          files.filter(file -> form.matcher(file.getFileName().toString()).matches()).toList();
      if (jars.size() != 1) {
        throw new AssertionError("expected one jar of " + name + ", found " + jars);
      }
      return jars.get(0);
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new AssertionError("unreadable: " + file, e);
    }
  }

  @Override
  public String toString() {
    return name;
  }
}
