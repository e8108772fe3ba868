// SPDX-License-Identifier: Apache-2.0
package org.sallyport.itests.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaModifier;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class ApiShapeTest {

  private static final String VERSIONING = "org.osgi.annotation.versioning.";
  private static JavaClasses api;

  @BeforeAll
  static void readApi() {
    api = BuiltBundle.named("org.sallyport.api").classes();
  }

  /** Sealed interfaces are exempt: their alternatives are all in the API itself. */
  @Test
  void shouldSayOfEachInterfaceWhoImplementsIt() {
    List<JavaClass> open =
        api.stream()
            .filter(type -> type.isInterface() && !type.isAnnotation())
            .filter(type -> !type.getSimpleName().equals("package-info"))
            .filter(type -> !Immutability.isSealed(type))
            .toList();

    assertThat(open).isNotEmpty();
    assertThat(open)
        .allSatisfy(
            type ->
                assertThat(
                        Stream.of("ProviderType", "ConsumerType")
                            .filter(name -> type.isAnnotatedWith(VERSIONING + name)))
                    .as("exactly one of @ProviderType and @ConsumerType on %s", type.getName())
                    .hasSize(1));
  }

  @Test
  void shouldHaveOnlyDeeplyImmutableRecords() {
    List<JavaClass> records = api.stream().filter(JavaClass::isRecord).toList();

    assertThat(records).isNotEmpty();
    assertThat(records.stream().flatMap(Immutability::violations)).isEmpty();
  }

  @Test
  void shouldNameNoThirdPartyTypeInSignatures() {
    List<JavaCodeUnit> signatures =
        api.stream()
            .flatMap(type -> type.getCodeUnits().stream())
            .filter(unit -> !unit.getModifiers().contains(JavaModifier.PRIVATE))
            .toList();

    assertThat(signatures).isNotEmpty();
    assertThat(signatures.stream().flatMap(ApiShapeTest::foreignTypes)).isEmpty();
  }

  private static Stream<String> foreignTypes(JavaCodeUnit unit) {
    Stream<JavaClass> types =
        Stream.of(
                Stream.of(unit.getReturnType()),
                unit.getParameterTypes().stream(),
                unit.getExceptionTypes().stream())
            .flatMap(all -> all)
            .flatMap(type -> type.getAllInvolvedRawTypes().stream());
    return types
        .map(JavaClass::getBaseComponentType)
        .filter(type -> !type.isPrimitive())
        .filter(type -> !type.getPackageName().startsWith("java."))
        .filter(type -> !type.getPackageName().startsWith("org.sallyport.api"))
        .map(type -> unit.getFullName() + " names " + type.getName());
  }
}
