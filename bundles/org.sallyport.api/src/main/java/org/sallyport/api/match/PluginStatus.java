// SPDX-License-Identifier: Apache-2.0
package org.sallyport.api.match;

import java.util.List;
import java.util.Objects;

/**
 * A plugin that provides attributes, as it stands.
 *
 * @param name the name it is known by, see {@link MatcherFactory#NAME}
 * @param version its version
 * @param apiRange the versions of the API it was built for, for example {@code [1.0,2)}; empty if
 *     it does not say
 * @param attributes the attributes it provides, sorted
 * @param state whether it is asked
 * @param calls how often it was asked
 * @param meanMicros what a call takes on average, microseconds
 * @param worstMicros what the longest call took, microseconds
 * @param faults how often it threw, was late or answered nonsense
 * @param lastFault the last of these, for a person; empty if there was none
 */
public record PluginStatus(
    String name,
    String version,
    String apiRange,
    List<String> attributes,
    State state,
    long calls,
    long meanMicros,
    long worstMicros,
    long faults,
    String lastFault) {

  /** Whether a plugin is asked. */
  public enum State {
    /** It is. */
    ACTIVE,
    /** It is not here; for a while, flows wait for it. */
    AWAY,
    /** It failed too often and is not called until somebody resets it. */
    QUARANTINED;
  }

  /** Refuses null and copies the list. */
  public PluginStatus {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(version, "version");
    Objects.requireNonNull(apiRange, "apiRange");
    Objects.requireNonNull(state, "state");
    Objects.requireNonNull(lastFault, "lastFault");
    attributes = List.copyOf(attributes);
  }
}
