// SPDX-License-Identifier: Apache-2.0
package org.sallyport.api.admin;

import java.util.Objects;

/**
 * Attribution as it stands.
 *
 * @param source the source in use, or {@code none}
 * @param exact flows whose originator was found, since the daemon started
 * @param unknown flows whose originator was not found
 */
public record AttributionStatus(String source, long exact, long unknown) {

  /** Refuses null. */
  public AttributionStatus {
    Objects.requireNonNull(source, "source");
  }
}
