// SPDX-License-Identifier: Apache-2.0
package org.sallyport.api.admin;

import java.util.List;
import java.util.Objects;
import org.sallyport.api.rule.StoreError;

/**
 * A store as it stands.
 *
 * @param name its name
 * @param active whether it is present
 * @param rules how many rules of it are in force or disabled
 * @param stale whether some of its rules in force are older than what it holds now, because that is
 *     broken or the store is away
 * @param used whether commands add rules to it, where they name no other
 * @param errors what a person must mend
 */
public record StoreStatus(
    String name, boolean active, int rules, boolean stale, boolean used, List<StoreError> errors) {

  /** Refuses null and copies the list. */
  public StoreStatus {
    Objects.requireNonNull(name, "name");
    errors = List.copyOf(errors);
  }
}
