// SPDX-License-Identifier: Apache-2.0
package org.sallyport.engine.internal.plugin;

import java.util.Objects;

/**
 * What a plugin calls itself.
 *
 * @param name its name, which stays the same when it is updated
 * @param version its version
 * @param apiRange the versions of the API it was built for, for people
 */
public record PluginIdentity(String name, String version, String apiRange) {

  /** Refuses null. */
  public PluginIdentity {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(version, "version");
    Objects.requireNonNull(apiRange, "apiRange");
  }
}
