// SPDX-License-Identifier: Apache-2.0
package org.sallyport.itests.osgi;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;
import org.osgi.framework.Constants;
import org.osgi.framework.namespace.BundleNamespace;
import org.osgi.framework.namespace.HostNamespace;
import org.osgi.framework.namespace.IdentityNamespace;
import org.osgi.framework.wiring.BundleCapability;
import org.osgi.framework.wiring.BundleRevision;
import org.osgi.framework.wiring.FrameworkWiring;

/** Replacing one part takes no other with it. */
class ClosureOsgiTest {

  private static final List<String> GROUND = List.of("api", "kernel", "netfilter", "core");

  /** Those that resolve with what this test has. */
  private static final List<String> SWAPPED =
      List.of(
          "engine",
          "store.memory",
          "events",
          "attribution.bpf",
          "attribution.sockdiag",
          "attribution.procfs");

  @TempDir Path folder;

  @Test
  void shouldRefreshNothingButThePartItself() throws Exception {
    String[] names =
        Stream.concat(Stream.of("api", "kernel", "core"), SWAPPED.stream()).toArray(String[]::new);
    try (TestFramework framework = new TestFramework(folder, names)) {
      FrameworkWiring wiring = framework.context().getBundle(0).adapt(FrameworkWiring.class);
      for (String name : SWAPPED) {
        Bundle bundle = framework.bundle(name);
        assertThat(bundle.getState()).as(name).isEqualTo(Bundle.ACTIVE);
        assertThat(wiring.getDependencyClosure(List.of(bundle))).containsExactly(bundle);
      }
    }
  }

  /** Also for parts that need more than this test has: nobody can be wired to them. */
  @Test
  void shouldOfferNothingToBeWiredTo() throws Exception {
    try (TestFramework framework = new TestFramework(folder, "api")) {
      for (Path jar : Jars.allOfOurs()) {
        String name = Jars.header(jar, Constants.BUNDLE_SYMBOLICNAME);
        if (GROUND.stream().anyMatch(ground -> name.equals("org.sallyport." + ground))) {
          continue;
        }
        Bundle bundle = framework.context().installBundle(jar.toUri().toString());
        assertThat(bundle.adapt(BundleRevision.class).getDeclaredCapabilities(null))
            .as(name)
            .filteredOn(ClosureOsgiTest::canBeWired)
            .isEmpty();
        bundle.uninstall();
      }
    }
  }

  private static boolean canBeWired(BundleCapability capability) {
    Map<String, String> directives = capability.getDirectives();
    return !List.of(
                BundleNamespace.BUNDLE_NAMESPACE,
                HostNamespace.HOST_NAMESPACE,
                IdentityNamespace.IDENTITY_NAMESPACE)
            .contains(capability.getNamespace())
        && !"active".equals(directives.get("effective"))
        && !capability.getNamespace().equals("osgi.service"); // services are bound, not wired
  }
}
