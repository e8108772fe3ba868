// SPDX-License-Identifier: Apache-2.0
package org.sallyport.api.admin;

import java.util.List;
import java.util.Objects;

/**
 * Attribution as it stands.
 *
 * @param source the source in use, or {@code none}
 * @param exact flows whose originator was found, since the daemon started
 * @param unknown flows whose originator was not found
 * @param figures what the source has counted, a few words with numbers, or nothing
 * @param notUsed the sources that are installed and cannot be used here, with the reason
 */
public record AttributionStatus(
    String source, long exact, long unknown, String figures, List<NotUsed> notUsed) {

  /** Refuses null and copies. */
  public AttributionStatus {
    Objects.requireNonNull(source, "source");
    Objects.requireNonNull(figures, "figures");
    notUsed = List.copyOf(notUsed);
  }

  /**
   * Attribution where every source that is installed can be used.
   *
   * @param source the source in use, or {@code none}
   * @param exact flows whose originator was found, since the daemon started
   * @param unknown flows whose originator was not found
   */
  public AttributionStatus(String source, long exact, long unknown) {
    this(source, exact, unknown, "", List.of());
  }

  /**
   * A source that cannot be used on this host.
   *
   * @param source its name
   * @param reason why, for a person
   */
  public record NotUsed(String source, String reason) {
    /** Refuses null. */
    public NotUsed {
      Objects.requireNonNull(source, "source");
      Objects.requireNonNull(reason, "reason");
    }
  }
}
