// SPDX-License-Identifier: Apache-2.0
package org.sallyport.itests.kernel.kit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;

/**
 * A plugin as a third party makes one: compiled against the API jar of the distribution and nothing
 * else, a bundle with one declarative service.
 */
public final class PluginJar {

  private static final String CLASS = "acme.broken.Broken";

  private static final String SOURCE =
      """
      package acme.broken;

      import java.util.Set;
      import org.sallyport.api.match.Matcher;
      import org.sallyport.api.match.MatcherFactory;
      import org.sallyport.api.match.Truth;
      import org.sallyport.api.rule.Criterion;

      public final class Broken implements MatcherFactory {
        @Override
        public Set<String> attributes() {
          return Set.of("broken.how");
        }

        @Override
        public Matcher compile(Criterion criterion) {
          String how = criterion.values().get(0);
          return (flow, subject) ->
              switch (how) {
                case "throws" -> throw new IllegalStateException("broken on purpose");
                case "hangs" -> hang();
                case "null" -> null;
                default -> Truth.MATCH;
              };
        }

        private static Truth hang() {
          while (true) {
            java.util.concurrent.locks.LockSupport.park(); // an interrupt does not end it
            Thread.interrupted();
          }
        }
      }
      """;

  private static final String COMPONENT =
      """
      <?xml version="1.0" encoding="UTF-8"?>
      <scr:component xmlns:scr="http://www.osgi.org/xmlns/scr/v1.3.0" name="acme.broken" immediate="true">
        <implementation class="acme.broken.Broken"/>
        <service><provide interface="org.sallyport.api.match.MatcherFactory"/></service>
      </scr:component>
      """;

  private PluginJar() {}

  /**
   * Makes the plugin {@code acme.broken}, whose attribute {@code broken.how} does what its value
   * says: {@code throws}, {@code hangs}, answers {@code null}, and matches for any other.
   *
   * @param folder where the jar is put
   * @return its address, as {@code bundle:install} takes it
   */
  public static String broken(Path folder) {
    try {
      Path work = Files.createDirectories(folder.resolve("acme"));
      Path source = Files.writeString(work.resolve("Broken.java"), SOURCE);
      JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
      String[] options = {
        "-proc:none",
        "--release",
        "17",
        "-classpath",
        api().toString(),
        "-d",
        work.toString(),
        source.toString()
      };
      if (compiler.run(null, null, null, options) != 0) {
        throw new AssertionError("the plugin does not compile");
      }
      Path jar = folder.resolve("acme.broken.jar");
      pack(jar, work.resolve(CLASS.replace('.', '/') + ".class"));
      return "file:" + jar;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path api() throws IOException {
    Path system = Path.of(System.getProperty("sallyport.assembly"), "system");
    try (Stream<Path> files = Files.walk(system)) {
      List<Path> found =
          files
              .filter(
                  file -> file.getFileName().toString().matches("org\\.sallyport\\.api-.*\\.jar"))
              .toList();
      if (found.size() != 1) {
        throw new AssertionError("API jars of the distribution: " + found);
      }
      return found.get(0);
    }
  }

  private static void pack(Path jar, Path type) throws IOException {
    Manifest manifest = new Manifest();
    Attributes headers = manifest.getMainAttributes();
    headers.put(Attributes.Name.MANIFEST_VERSION, "1.0");
    headers.putValue("Bundle-ManifestVersion", "2");
    headers.putValue("Bundle-SymbolicName", "acme.broken");
    headers.putValue("Bundle-Version", "1.0.0");
    headers.putValue("Service-Component", "OSGI-INF/broken.xml");
    headers.putValue(
        "Import-Package",
        Stream.of("match", "packet", "rule", "subject")
            .map(name -> "org.sallyport.api." + name + ";version=\"[1.0,2)\"")
            .reduce((a, b) -> a + "," + b)
            .orElseThrow());
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar), manifest)) {
      out.putNextEntry(new ZipEntry("OSGI-INF/broken.xml"));
      out.write(COMPONENT.getBytes(java.nio.charset.StandardCharsets.UTF_8));
      out.putNextEntry(new ZipEntry(CLASS.replace('.', '/') + ".class"));
      Files.copy(type, out);
    }
  }
}
