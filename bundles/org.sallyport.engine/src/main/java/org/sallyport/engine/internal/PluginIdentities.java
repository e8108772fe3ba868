// SPDX-License-Identifier: Apache-2.0
package org.sallyport.engine.internal;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.osgi.framework.Bundle;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.namespace.PackageNamespace;
import org.osgi.framework.wiring.BundleRequirement;
import org.osgi.framework.wiring.BundleRevision;
import org.sallyport.api.match.MatcherFactory;
import org.sallyport.engine.internal.plugin.PluginIdentity;

/** Reads from the framework what a plugin is. */
final class PluginIdentities {

  private static final Pattern FLOOR = Pattern.compile("\\(version>=([^)]*)\\)");
  private static final Pattern CEILING = Pattern.compile("\\(!\\(version>=([^)]*)\\)\\)");

  private PluginIdentities() {}

  static PluginIdentity of(ServiceReference<?> reference) {
    Bundle bundle = reference.getBundle();
    if (bundle == null) {
      return new PluginIdentity("a plugin that has left", "", "");
    }
    Object given = reference.getProperty(MatcherFactory.NAME);
    String name = given instanceof String text ? text : bundle.getSymbolicName();
    return new PluginIdentity(
        name == null ? bundle.getLocation() : name,
        bundle.getVersion().toString(),
        apiRange(bundle.adapt(BundleRevision.class)));
  }

  /** The range of the package that every plugin imports, out of the filter it became. */
  private static String apiRange(BundleRevision revision) {
    List<BundleRequirement> imports =
        revision == null
            ? List.of()
            : revision.getDeclaredRequirements(PackageNamespace.PACKAGE_NAMESPACE);
    String own =
        "(" + PackageNamespace.PACKAGE_NAMESPACE + "=" + MatcherFactory.class.getPackageName();
    for (BundleRequirement requirement : imports) {
      String filter = requirement.getDirectives().getOrDefault("filter", "");
      if (filter.contains(own + ")")) {
        return range(filter);
      }
    }
    return "";
  }

  static String range(String filter) {
    Matcher ceiling = CEILING.matcher(filter);
    String above = ceiling.find() ? ceiling.group(1) : "";
    Matcher floor = FLOOR.matcher(ceiling.reset().replaceAll(""));
    String from = floor.find() ? floor.group(1) : "0.0.0";
    return above.isEmpty() ? from : "[" + from + "," + above + ")";
  }
}
