// SPDX-License-Identifier: Apache-2.0
package org.sallyport.api.admin;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Attribution as it stands.
 *
 * @param source the source in use, or {@code none}
 * @param exact flows whose originator was found, since the daemon started
 * @param unknown flows whose originator was not found
 * @param figures what the source has counted, a few words with numbers, or nothing
 * @param chosen the source that was chosen by hand; empty where the best one is to be used
 * @param notChosen why another source is used than the chosen one; empty where that is not so
 * @param sources all sources that are installed, the best first
 */
public record AttributionStatus(
    String source,
    long exact,
    long unknown,
    String figures,
    Optional<String> chosen,
    Optional<String> notChosen,
    List<Source> sources) {

  /** The word for the best source, whichever that is. */
  public static final String AUTO = "auto";

  /** Refuses null and copies. */
  public AttributionStatus {
    Objects.requireNonNull(source, "source");
    Objects.requireNonNull(figures, "figures");
    Objects.requireNonNull(chosen, "chosen");
    Objects.requireNonNull(notChosen, "notChosen");
    sources = List.copyOf(sources);
  }

  /**
   * Attribution where nothing is known but the source in use.
   *
   * @param source the source in use, or {@code none}
   * @param exact flows whose originator was found, since the daemon started
   * @param unknown flows whose originator was not found
   */
  public AttributionStatus(String source, long exact, long unknown) {
    this(source, exact, unknown, "", Optional.empty(), Optional.empty(), List.of());
  }

  /**
   * A step of the ladder.
   *
   * @param name the source's name
   * @param ranking its rank; a higher one is better
   * @param active whether it is the one in use
   * @param reason why it is not used, or what keeps it from working just now, for a person; empty
   *     where it is used and works
   */
  public record Source(String name, int ranking, boolean active, Optional<String> reason) {
    /** Refuses null. */
    public Source {
      Objects.requireNonNull(name, "name");
      Objects.requireNonNull(reason, "reason");
    }
  }
}
