// SPDX-License-Identifier: Apache-2.0
package org.sallyport.itests.architecture;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaParameterizedType;
import com.tngtech.archunit.core.domain.JavaType;
import com.tngtech.archunit.core.domain.JavaTypeVariable;
import com.tngtech.archunit.core.domain.JavaWildcardType;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Which types hold nothing that can change. Of lists, maps and sets only the type is judged here:
 * that records copy them is the part of each record's constructor.
 */
final class Immutability {

  private static final Set<String> CONTAINERS =
      Set.of(
          Optional.class.getName(), List.class.getName(), Map.class.getName(), Set.class.getName());
  private static final Set<String> VALUES =
      Set.of(
          String.class.getName(),
          OptionalInt.class.getName(),
          OptionalLong.class.getName(),
          OptionalDouble.class.getName(),
          Boolean.class.getName(),
          Integer.class.getName(),
          Long.class.getName());

  /** Not values, by name: what a rule decided so far, counted live, and the compiled policy. */
  private static final Set<String> LIVE =
      Set.of("org.sallyport.api.decision.RuleCounter", "org.sallyport.api.decision.PolicySnapshot");

  private Immutability() {}

  /** What is mutable in a record, in words. */
  static Stream<String> violations(JavaClass value) {
    return value.getFields().stream()
        .filter(field -> !field.getModifiers().contains(JavaModifier.STATIC))
        .filter(field -> !isFinal(field) || !isImmutable(field.getType()))
        .map(field -> field.getFullName() + " is of type " + field.getType().getName());
  }

  /** Whether an interface lists its alternatives. */
  static boolean isSealed(JavaClass type) {
    return type.reflect().isSealed();
  }

  private static boolean isFinal(JavaField field) {
    return field.getModifiers().contains(JavaModifier.FINAL);
  }

  private static boolean isImmutable(JavaType type) {
    if (type instanceof JavaParameterizedType generic) {
      boolean arguments =
          generic.getActualTypeArguments().stream().allMatch(Immutability::isImmutable);
      return arguments
          && (CONTAINERS.contains(generic.toErasure().getName())
              || isOwnValue(generic.toErasure()));
    }
    if (type instanceof JavaTypeVariable<?> || type instanceof JavaWildcardType) {
      return true; // judged where it is bound
    }
    JavaClass raw = type.toErasure();
    return raw.isPrimitive()
        || raw.isEnum()
        || VALUES.contains(raw.getName())
        || LIVE.contains(raw.getName())
        || raw.getPackageName().equals("java.time")
        || isOwnValue(raw);
  }

  /** A record is judged by itself; a final class of the API by its fields; sealed by its parts. */
  private static boolean isOwnValue(JavaClass raw) {
    if (!raw.getPackageName().startsWith("org.sallyport.api") || raw.isArray()) {
      return false;
    }
    if (raw.isInterface()) {
      return isSealed(raw) && raw.getSubclasses().stream().allMatch(Immutability::isOwnValue);
    }
    return raw.isRecord() || raw.isEnum();
  }
}
