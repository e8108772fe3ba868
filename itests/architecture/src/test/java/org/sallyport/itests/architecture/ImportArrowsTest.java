// SPDX-License-Identifier: Apache-2.0
package org.sallyport.itests.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ImportArrowsTest {

  static List<BuiltBundle> bundles() {
    return BuiltBundle.all();
  }

  @ParameterizedTest
  @MethodSource("bundles")
  void shouldImportOnlyWhatTheDesignAllows(BuiltBundle bundle) {
    Arrows arrows = Arrows.of(bundle);
    classes()
        .should()
        .onlyDependOnClassesThat(
            DescribedPredicate.describe(
                "are allowed for " + bundle, (JavaClass used) -> arrows.allow(packageOf(used))))
        .check(bundle.classes());
  }

  @Test
  void shouldKnowNoBundleThatIsGone() {
    List<String> names = bundles().stream().map(BuiltBundle::name).toList();
    List<Arrows> used = bundles().stream().map(Arrows::of).toList();
    assertThat(used).as("arrows used by %s", names).containsAll(Arrays.asList(Arrows.values()));
  }

  @ParameterizedTest
  @MethodSource("bundles")
  void shouldLeaveNativeCallsToTheKernelBundle(BuiltBundle bundle) {
    JavaClasses classes = bundle.classes();
    if (bundle.name().equals("org.sallyport.kernel")) {
      assertThat(classes.stream().filter(ImportArrowsTest::usesNativeCalls)).isNotEmpty();
    } else {
      assertThat(classes.stream().filter(ImportArrowsTest::usesNativeCalls)).isEmpty();
    }
  }

  @Test
  void shouldKeepFrameworkAndLogOutOfTheCodec() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.slf4j..", "org.osgi..")
        .check(BuiltBundle.named("org.sallyport.codec").classes());
  }

  @Test
  void shouldKeepFrameworkAndLogOutOfThePacketLoop() {
    noClasses()
        .that()
        .resideInAPackage("org.sallyport.nfqueue.internal.loop..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.slf4j..", "org.osgi..")
        .check(BuiltBundle.named("org.sallyport.nfqueue").classes());
  }

  private static boolean usesNativeCalls(JavaClass user) {
    return user.getDirectDependenciesFromSelf().stream()
        .anyMatch(used -> packageOf(used.getTargetClass()).startsWith("com.sun.jna"));
  }

  private static String packageOf(JavaClass used) {
    return used.getBaseComponentType().getPackageName();
  }
}
