// SPDX-License-Identifier: Apache-2.0
package org.sallyport.core.internal;

import java.io.IOException;
import org.sallyport.api.backend.Backend;
import org.sallyport.api.backend.BackendException;
import org.sallyport.core.internal.policy.Generations;

/** The generation in our bits of the kernel's marks. Confined to the control thread. */
final class KernelGeneration {

  private final Parts parts;
  private final Generations generations;
  private int inForce;

  KernelGeneration(Parts parts, Generations generations) {
    this.parts = parts;
    this.generations = generations;
  }

  /** The one in force; 0 before the first and after disarming. */
  int inForce() {
    return inForce;
  }

  /** Moves to one that no flow carries yet, whatever an earlier daemon left. */
  void move() throws BackendException {
    for (Backend backend : parts.backends()) {
      backend.generationInKernel().ifPresent(generations::seen);
    }
    try {
      inForce = generations.next();
    } catch (IOException e) {
      throw new BackendException("there is no new generation: " + e.getMessage(), e);
    }
  }

  /** Whether flows may carry marks of ours, by this daemon or an earlier one. */
  boolean mayBeMarked() throws BackendException {
    for (Backend backend : parts.backends()) {
      if (backend.generationInKernel().isPresent()) {
        return true;
      }
    }
    return inForce != 0;
  }

  /** Takes our marks off all flows, once nothing of ours makes new ones. */
  void sweep() throws BackendException {
    try {
      generations.sweep();
    } catch (IOException e) {
      throw new BackendException(
          "our rules are removed, but flows may still carry our marks: " + e.getMessage(), e);
    }
  }

  /** Nothing of ours is in the kernel any more. */
  void none() {
    inForce = 0;
  }
}
