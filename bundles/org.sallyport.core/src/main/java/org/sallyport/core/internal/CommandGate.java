// SPDX-License-Identifier: Apache-2.0
package org.sallyport.core.internal;

import java.util.concurrent.Callable;
import org.sallyport.api.admin.AdminException;
import org.sallyport.core.internal.Absences.Kind;

/**
 * Where commands reach the control thread. One that comes while a part is being replaced waits for
 * it on its own thread, at most as long as the swap grace, so that scripts need not know.
 */
final class CommandGate {

  private final ControlThread control;
  private final Absences absences;

  CommandGate(ControlThread control, Absences absences) {
    this.control = control;
    this.absences = absences;
  }

  /** Runs a change and waits for it. */
  <T> T call(Callable<T> change) {
    awaitParts();
    boolean storeAway = absences.replacing(Kind.STORE);
    try {
      return control.call(change);
    } catch (AdminException e) {
      if (!storeAway) {
        throw e;
      }
    }
    await(Kind.STORE); // the store may be what it was refused for
    return control.call(change);
  }

  /** Waits for engine and backends that are being replaced. */
  void awaitParts() {
    await(Kind.ENGINE, Kind.BACKEND);
  }

  private void await(Kind... kinds) {
    try {
      absences.await(kinds);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AdminException(AdminException.Kind.REFUSED, "interrupted", "", "", e);
    }
  }
}
