// SPDX-License-Identifier: Apache-2.0
package org.sallyport.features;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class FeatureFileTest {
  private static final Pattern OUR_BUNDLE =
      Pattern.compile("<bundle[^>]*>mvn:\\$\\{project\\.groupId}/([^/]+)/");
  private static final Pattern FEATURE = Pattern.compile("<feature name=\"([^\"]+)\"([^>]*)>");
  private static final Pattern LAST_FEATURE =
      Pattern.compile("<feature name=\"sallyport\".*?</feature>\\s*</features>", Pattern.DOTALL);

  /** Embedded privately where it is used, hence installed nowhere. */
  private static final Set<String> EMBEDDED =
      Set.of("org.sallyport.codec", "org.sallyport.attribution.process");

  private final String featureFile = read(Path.of("src/main/feature/feature.xml"));

  @Test
  void shouldHoldEveryBundleOfTheRepository() throws IOException {
    Set<String> expected;
    try (Stream<Path> folders = Files.list(Path.of("../bundles"))) {
      expected =
          folders
              .filter(folder -> Files.exists(folder.resolve("pom.xml")))
              .map(folder -> folder.getFileName().toString())
              .collect(Collectors.toCollection(TreeSet::new));
    }
    expected.removeAll(EMBEDDED);

    assertThat(ourBundles()).containsExactlyElementsOf(expected);
  }

  @Test
  void shouldBringEveryVisibleFeatureWithTheWholeFirewall() {
    Matcher whole = LAST_FEATURE.matcher(featureFile);
    assertThat(whole.find()).isTrue();
    Matcher features = FEATURE.matcher(featureFile);
    while (features.find()) {
      if (!features.group(1).equals("sallyport") && !features.group(2).contains("hidden")) {
        assertThat(whole.group().contains(">" + features.group(1) + "</feature>"))
            .as(features.group(1))
            .isTrue();
      }
    }
  }

  @Test
  void shouldBeResolvedFeatureByFeatureInTheBuild() {
    String pom = read(Path.of("pom.xml"));
    Matcher features = FEATURE.matcher(featureFile);
    while (features.find()) {
      if (!features.group(2).contains("hidden")) {
        assertThat(pom).contains("<feature>" + features.group(1) + "</feature>");
      }
    }
  }

  private Set<String> ourBundles() {
    Set<String> found = new TreeSet<>();
    Matcher bundles = OUR_BUNDLE.matcher(featureFile);
    while (bundles.find()) {
      found.add(bundles.group(1));
    }
    return found;
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new AssertionError("cannot read " + file.toAbsolutePath(), e);
    }
  }
}
