// SPDX-License-Identifier: Apache-2.0
package org.sallyport.itests.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the built jars tell the framework. */
class ManifestTest {

  private static final Set<String> GROUND =
      Set.of("org.sallyport.kernel", "org.sallyport.netfilter");

  static List<BuiltBundle> bundles() {
    return BuiltBundle.all();
  }

  @ParameterizedTest
  @MethodSource("bundles")
  void shouldBeNamedAsItsFolder(BuiltBundle bundle) {
    assertThat(ManifestHeader.of(bundle, "Bundle-SymbolicName"))
        .extracting(ManifestHeader.Clause::name)
        .containsExactly(bundle.name());
  }

  @ParameterizedTest
  @MethodSource("bundles")
  void shouldExportOnlyWhatTheDesignAllows(BuiltBundle bundle) {
    List<ManifestHeader.Clause> exports = ManifestHeader.of(bundle, "Export-Package");
    if (bundle.name().equals("org.sallyport.api")) {
      assertThat(exports)
          .isNotEmpty()
          .allSatisfy(
              export -> assertThat(export.get("version").orElseThrow()).matches("1\\.[0-9]+\\.0"))
          .allSatisfy(export -> assertThat(export.get("mandatory:")).isEmpty());
    } else if (GROUND.contains(bundle.name())) {
      assertThat(exports)
          .isNotEmpty()
          .allSatisfy(export -> assertThat(export.get("mandatory:")).contains("sallyport"))
          .allSatisfy(export -> assertThat(export.get("sallyport")).isPresent());
    } else {
      assertThat(exports).isEmpty();
    }
    assertThat(exports)
        .allSatisfy(
            export -> assertThat(export.name()).startsWith(bundle.name()).doesNotContain("intern"));
  }

  /** A stranger's feature must never cause a bundle of ours to be refreshed. */
  @ParameterizedTest
  @MethodSource("bundles")
  void shouldHaveNoOptionalImport(BuiltBundle bundle) {
    assertThat(ManifestHeader.of(bundle, "Import-Package"))
        .allSatisfy(
            imported ->
                assertThat(imported.get("resolution:"))
                    .as("%s imports %s", bundle, imported)
                    .isNotEqualTo(Optional.of("optional")));
    assertThat(ManifestHeader.of(bundle, "DynamicImport-Package")).isEmpty();
    assertThat(ManifestHeader.of(bundle, "Require-Bundle")).isEmpty();
  }
}
