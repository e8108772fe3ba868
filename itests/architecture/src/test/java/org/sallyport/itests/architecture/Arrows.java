// SPDX-License-Identifier: Apache-2.0
package org.sallyport.itests.architecture;

import java.util.ArrayList;
import java.util.List;

/** What each bundle may import: our own bundles first, then libraries, by package prefix. */
enum Arrows {
  API("api", List.of(), List.of()),
  CODEC("codec", List.of(), List.of()),
  KERNEL("kernel", List.of("codec"), List.of("com.sun.jna")),
  NETFILTER("netfilter", List.of("api", "kernel"), List.of("org.slf4j")),
  // A signal handler needs sun.misc, settings need a safe YAML reader.
  CORE(
      "core",
      List.of("api", "kernel"),
      List.of("org.slf4j", "org.osgi.framework", "org.yaml.snakeyaml", "sun.misc")),
  NFQUEUE(
      "nfqueue",
      List.of("api", "kernel", "codec", "netfilter"),
      List.of("org.slf4j", "org.osgi.framework")),
  // Its package spells its name without the hyphen; what readies classes is embedded privately.
  OWNER_IPTABLES(
      "backend.owner-iptables",
      List.of("api", "netfilter", "codec.classes"),
      List.of("org.osgi.framework")),
  // Embedded privately in the attribution bundles, as the codec is.
  ATTRIBUTION_PROCESS("attribution.process", List.of("api", "kernel", "codec"), List.of()),
  ATTRIBUTION_BPF(
      "attribution.bpf",
      List.of("api", "kernel", "codec", "attribution.process"),
      List.of("org.slf4j")),
  ATTRIBUTION_SOCKDIAG(
      "attribution.sockdiag",
      List.of("api", "kernel", "codec", "attribution.process"),
      List.of("org.slf4j")),
  ATTRIBUTION_PROCFS(
      "attribution.procfs",
      List.of("api", "kernel", "codec", "attribution.process"),
      List.of("org.slf4j")),
  // What readies classes is embedded privately, as all of the codec.
  ENGINE(
      "engine",
      List.of("api", "codec.classes"),
      List.of("org.slf4j", "org.osgi.framework", "com.google.re2j")),
  // Limits on aliases, depth and size are SnakeYAML's to set.
  STORE_FILE(
      "store.file",
      List.of("api"),
      List.of("org.slf4j", "org.osgi.framework", "com.fasterxml.jackson", "org.yaml.snakeyaml")),
  STORE_MEMORY("store.memory", List.of("api"), List.of()),
  // What escapes foreign text is embedded privately, as all of the codec.
  EVENTS("events", List.of("api", "codec.text"), List.of("org.slf4j")),
  CONTROL(
      "control",
      List.of("api"),
      List.of(
          "jdk.net", // who is at the other end of the control socket
          "org.slf4j",
          "org.osgi.framework",
          "org.apache.karaf.shell",
          "org.apache.karaf.jaas.boot",
          "org.apache.felix.service.command",
          "org.jline")),
  SHELL(
      "shell",
      List.of("api", "codec.text"),
      List.of("org.slf4j", "org.apache.karaf.shell", "picocli", "com.fasterxml.jackson"));

  /** Read by tools of the build; nothing of them is there at run time. */
  private static final List<String> ANNOTATIONS =
      List.of("org.osgi.annotation", "org.osgi.service.component.annotations");

  private final String name;

  @SuppressWarnings("ImmutableEnumChecker") // made by List.of
  private final List<String> own;

  @SuppressWarnings("ImmutableEnumChecker") // made by List.of
  private final List<String> libraries;

  Arrows(String name, List<String> own, List<String> libraries) {
    this.name = "org.sallyport." + name;
    this.own = own;
    this.libraries = libraries;
  }

  /** The arrows of a bundle. */
  static Arrows of(BuiltBundle bundle) {
    for (Arrows arrows : values()) {
      if (arrows.name.equals(bundle.name())) {
        return arrows;
      }
    }
    throw new AssertionError(bundle + " is new: say here what it may import");
  }

  /** Whether a class of the bundle may use one of this package. */
  boolean allow(String packageName) {
    List<String> prefixes = new ArrayList<>(List.of("java", "javax", name.replace("-", "")));
    own.forEach(bundle -> prefixes.add("org.sallyport." + bundle));
    prefixes.addAll(libraries);
    if (this != CODEC) {
      prefixes.addAll(ANNOTATIONS);
    }
    return prefixes.stream()
        .anyMatch(prefix -> packageName.equals(prefix) || packageName.startsWith(prefix + "."));
  }
}
