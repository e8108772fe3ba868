// SPDX-License-Identifier: Apache-2.0
package org.sallyport.api.rule;

import org.osgi.annotation.versioning.ProviderType;

/** Hears that a store changed from outside. */
@ProviderType
public interface StoreListener {

  /**
   * The store's content may have changed. Returns at once; may be called on any thread.
   *
   * @param store the store that calls
   */
  void changed(RuleStore store);
}
