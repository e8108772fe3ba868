// SPDX-License-Identifier: Apache-2.0
package org.sallyport.core.internal;

import java.util.List;
import org.sallyport.api.admin.BackendStatus;
import org.sallyport.api.backend.BackendException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Puts right again what somebody changed in the kernel behind our back. */
final class KernelWatch {

  private static final Logger LOG = LoggerFactory.getLogger(KernelWatch.class);

  private final Parts parts;
  private final Enforcer enforcer;
  private final KernelTally tally;

  KernelWatch(Parts parts, Enforcer enforcer, KernelTally tally) {
    this.parts = parts;
    this.enforcer = enforcer;
    this.tally = tally;
  }

  /**
   * Repairs if a backend that is there is not enforcing, and gives the order again to one that
   * wants another try; {@code show} is told before it returns.
   */
  void check(List<BackendStatus> backends, boolean published, Runnable show) {
    if (!enforcer.armed() || !published || parts.isSwapping()) {
      return;
    }
    if (backends.stream().anyMatch(this::isHurt)) {
      LOG.warn("repairing: {}", backends);
      change(() -> enforcer.carryOut(true), show); // what was flushed counts anew
    } else if (enforcer.isBehind()) {
      change(enforcer::catchUp, show);
    }
  }

  private void change(KernelTally.Step step, Runnable show) {
    try {
      tally.around(step);
    } catch (BackendException e) {
      LOG.error("the kernel could not be repaired", e);
    } finally {
      show.run();
    }
  }

  private boolean isHurt(BackendStatus backend) {
    return !backend.active()
        && enforcer.stack().contains(backend.name())
        && parts.backends().stream().anyMatch(present -> present.name().equals(backend.name()));
  }
}
