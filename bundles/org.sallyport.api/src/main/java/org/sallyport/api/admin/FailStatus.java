// SPDX-License-Identifier: Apache-2.0
package org.sallyport.api.admin;

import java.util.Objects;
import org.sallyport.api.backend.Choice;

/**
 * A situation as it stands.
 *
 * @param choice what is done in it
 * @param count how often it came up since the daemon started
 */
public record FailStatus(Choice choice, long count) {

  /** Refuses null. */
  public FailStatus {
    Objects.requireNonNull(choice, "choice");
  }
}
