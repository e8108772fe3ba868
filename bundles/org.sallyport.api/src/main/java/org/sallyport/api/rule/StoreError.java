// SPDX-License-Identifier: Apache-2.0
package org.sallyport.api.rule;

import java.util.Objects;

/**
 * Something in a store that a person must mend.
 *
 * @param origin where
 * @param message what is wrong and what to do, one sentence
 */
public record StoreError(Origin origin, String message) {

  /** Refuses null. */
  public StoreError {
    Objects.requireNonNull(origin, "origin");
    Objects.requireNonNull(message, "message");
  }
}
