// SPDX-License-Identifier: Apache-2.0
package org.sallyport.api.backend;

import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;

/**
 * What one instance of a backend leaves for the next, across an update of its bundle: descriptors
 * of the kernel that must not close, because only who opened them may use them. The object left is
 * of a class that outlives the update (of the JDK or of a bundle of the ground). Also registered as
 * an OSGi service, for parts that are no backends and hold such descriptors too. Thread-safe; never
 * blocks.
 */
@ProviderType
public interface Leases {

  /**
   * Leaves something behind. If nobody adopts it within the swap grace it is closed, and the fail
   * mode {@link Situation#NO_LISTENER} holds from then on for what a backend left.
   *
   * @param name what it is, for example {@code nfqueue 5050}; whatever was left under the same name
   *     is closed
   * @param resource belongs to the ground from here on
   */
  void leave(String name, AutoCloseable resource);

  /**
   * Takes over what was left.
   *
   * @param name what it is
   * @return the resource, which belongs to the caller from here on, or empty if there is none
   */
  Optional<AutoCloseable> adopt(String name);
}
