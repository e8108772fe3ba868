// SPDX-License-Identifier: Apache-2.0
package org.sallyport.engine.internal.attribute;

import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The attributes of rules that need no other part. What they mean stands in the policy's manual.
 */
public final class BuiltIns {

  private static final Map<String, Attribute> ALL = collect();

  /** Documented attributes, and what is missing where nobody provides them. */
  private static final Map<String, String> PROVIDED_BY_PARTS =
      Map.of(
          "remote.host", "no part that knows the names of peers is installed",
          "selinux.label", "no part that reads SELinux labels is installed",
          "selinux.user", "no part that reads SELinux labels is installed",
          "selinux.role", "no part that reads SELinux labels is installed",
          "selinux.type", "no part that reads SELinux labels is installed",
          "selinux.level", "no part that reads SELinux labels is installed",
          "apparmor.profile", "no part that reads AppArmor profiles is installed");

  private BuiltIns() {}

  /** Attributes by name. */
  public static Map<String, Attribute> all() {
    return ALL;
  }

  /** Attributes that a part of Sallyport provides if installed, with what is missing if not. */
  public static Map<String, String> providedByParts() {
    return PROVIDED_BY_PARTS;
  }

  private static Map<String, Attribute> collect() {
    Map<String, Attribute> all = new TreeMap<>();
    Stream.concat(FlowAttributes.all().stream(), SubjectAttributes.all().stream())
        .forEach(attribute -> all.put(attribute.name(), attribute));
    return Map.copyOf(all);
  }
}
