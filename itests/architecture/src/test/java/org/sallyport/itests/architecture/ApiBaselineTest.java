// SPDX-License-Identifier: Apache-2.0
package org.sallyport.itests.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import aQute.bnd.differ.Baseline;
import aQute.bnd.differ.DiffPluginImpl;
import aQute.bnd.osgi.Instructions;
import aQute.bnd.osgi.Jar;
import aQute.bnd.osgi.Processor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * What plugins compile against, compared with the API that was released last: whoever changes a
 * package gives it the version that semantic versioning asks for.
 */
class ApiBaselineTest {

  private static final Path RELEASED = Path.of("../../baseline").toAbsolutePath().normalize();

  @Test
  void shouldVersionEveryPackageAsItsChangesAsk() throws Exception {
    assertThat(compare(BuiltBundle.named("org.sallyport.api").jar(), ""))
        .as("packages whose version does not fit what changed since %s", released())
        .isEmpty();
  }

  /** A comparison that does not miss an interface would miss nothing. */
  @Test
  void shouldNoticeThatATypeIsGone() throws Exception {
    String gone = "org/sallyport/api/rule/RuleStore.class";
    assertThat(compare(BuiltBundle.named("org.sallyport.api").jar(), gone)).isNotEmpty();
  }

  private static List<String> compare(Path built, String without) throws Exception {
    try (Processor processor = new Processor();
        Jar newer = new Jar(built.toFile());
        Jar older = new Jar(released().toFile())) {
      newer.remove(without);
      Set<Baseline.Info> packages =
          new Baseline(processor, new DiffPluginImpl())
              .baseline(newer, older, new Instructions("org.sallyport.*"));
      assertThat(processor.getErrors()).isEmpty();
      assertThat(packages).isNotEmpty();
      return packages.stream()
          .filter(info -> info.mismatch)
          .map(
              info ->
                  String.format(
                      "%s %s: give it %s", info.packageName, info.newerVersion, suggested(info)))
          .toList();
    }
  }

  private static String suggested(Baseline.Info info) {
    return info.suggestedVersion == null ? "back" : info.suggestedVersion.toString();
  }

  private static Path released() throws IOException {
    try (Stream<Path> files = Files.list(RELEASED)) {
      List<Path> jars = files.filter(file -> file.toString().endsWith(".jar")).toList();
      assertThat(jars).as("the released API in %s", RELEASED).hasSize(1);
      return jars.get(0);
    }
  }
}
