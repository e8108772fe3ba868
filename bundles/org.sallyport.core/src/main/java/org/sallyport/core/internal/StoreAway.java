// SPDX-License-Identifier: Apache-2.0
package org.sallyport.core.internal;

import org.sallyport.api.admin.AdminException;

/**
 * A command needs a store that is not there. Thrown only before anything was changed, so that the
 * command may be run once more when the store is back.
 */
final class StoreAway extends AdminException {

  private static final long serialVersionUID = 1L;

  private final String store;

  StoreAway(String store) {
    super(Kind.REFUSED, "the store '" + store + "' is not there", store, "see fw:stores", null);
    this.store = store;
  }

  /** Its name. */
  String store() {
    return store;
  }
}
