// SPDX-License-Identifier: Apache-2.0
package org.sallyport.core.internal;

import java.util.Set;
import java.util.concurrent.Callable;
import org.sallyport.api.admin.AdminException;
import org.sallyport.core.internal.Absences.Kind;

/**
 * Where commands reach the control thread. One that comes while a part is being replaced waits for
 * it on its own thread, at most as long as the swap grace, so that scripts need not know. A change
 * is made at most once: it is run again only where it found its store away before it changed
 * anything.
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
    Set<String> away = absences.replaced(Kind.STORE);
    try {
      return control.call(change);
    } catch (StoreAway e) {
      if (!away.contains(e.store()) && !absences.replaced(Kind.STORE).contains(e.store())) {
        throw e;
      }
    }
    await(Kind.STORE);
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
