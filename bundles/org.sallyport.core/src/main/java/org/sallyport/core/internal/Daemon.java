// SPDX-License-Identifier: Apache-2.0
package org.sallyport.core.internal;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.sallyport.api.admin.FirewallAdmin;
import org.sallyport.api.backend.BackendException;
import org.sallyport.api.backend.Situation;
import org.sallyport.core.internal.settings.Settings;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The daemon's life: waits for its parts, settles the first policy, tells that it is ready, follows
 * parts that come and go, looks after the kernel, and stops in order.
 */
final class Daemon implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Daemon.class);
  private static final Duration LOOK_AFTER = Duration.ofSeconds(3);

  /** How late a rule may end; asked often and not by a timer, because the wall clock may be set. */
  private static final Duration END_RULES = Duration.ofMillis(200);

  /** Reading the kernel's counters starts processes: twice a minute is enough for what is kept. */
  private static final int LOOKS_PER_TALLY = 10;

  private static final Duration RETRY = Duration.ofSeconds(2);

  /** How long a part that leaves is kept from going by who still uses it. */
  private static final Duration READERS_PATIENCE = Duration.ofSeconds(2);

  private final Parts parts;
  private final Firewall firewall;
  private final Runnable ready;
  private final ControlThread control = new ControlThread();
  private final Administration administration;
  private final AtomicBoolean noted = new AtomicBoolean();
  private final AtomicBoolean stopping = new AtomicBoolean();

  // confined to the control thread
  private boolean booted;
  private boolean settled;
  private boolean announced;
  private int looks;

  Daemon(Parts parts, Folders folders, boolean armAllowed, Runnable ready) throws IOException {
    this.parts = parts;
    this.ready = ready;
    firewall = new Firewall(parts, folders, armAllowed);
    administration = new Administration(firewall, control, parts);
    Settings settings = firewall.settings().current();
    control.after(settings.waits().bootDeadline(), this::bootDeadlinePassed);
    control.every(LOOK_AFTER, this::lookAfter);
    control.every(END_RULES, this::endRules);
    partsChanged();
  }

  FirewallAdmin administration() {
    return administration;
  }

  Firewall firewall() {
    return firewall;
  }

  /** Leaves a note that a part came, went or changed; any thread. Notes that pile up become one. */
  void partsChanged() {
    if (!control.isClosed() && noted.compareAndSet(false, true)) {
      control.after(Duration.ZERO, this::follow);
    }
  }

  /** A part left: nothing changes unless it is still away when its grace ends. */
  void partLeft() {
    if (!control.isClosed()) {
      control.after(firewall.settings().current().waits().swapGrace(), this::partsChanged);
      partsChanged();
    }
  }

  /**
   * Returns once no reader of the policy uses a part that was taken off, so that its bundle may go;
   * whoever does not pass in time is named, counted and gone past. Any thread.
   */
  void awaitReaders(String part) {
    if (stopping.get()) {
      return;
    }
    List<String> late = firewall.slot().awaitReaders(READERS_PATIENCE);
    if (!late.isEmpty()) {
      firewall.failures().count(Situation.PLUGIN_ERROR, late.size());
      LOG.warn("{} leaves although it may still be used by {}", part, late);
    }
  }

  private void follow() {
    noted.set(false);
    if (stopping.get()) {
      return;
    }
    parts.sources().followGrace();
    Settings settings = firewall.settings().current();
    booted = booted || parts.complete(settings.waits(), settings.stack());
    if (booted) {
      settle(firewall::settleIfChanged);
    } else {
      firewall.enforcer().guard().forEach(firewall::noteProblem);
    }
    announce();
  }

  private void bootDeadlinePassed() {
    if (!booted) {
      LOG.error("not every part came up in time; going on with {}", parts.stores());
      booted = true;
      settle(firewall::settle);
      announce();
    }
  }

  /** A step that may find the kernel unwilling. */
  private interface KernelStep {
    void run() throws BackendException;
  }

  private void settle(KernelStep step) {
    try {
      step.run();
      settled = firewall.slot().current().isPresent();
    } catch (BackendException | RuntimeException | LinkageError e) { // a part may be half swapped
      LOG.error("the policy could not be brought into the kernel; trying again", e);
      control.after(RETRY, this::partsChanged);
    }
  }

  private void announce() {
    if (settled && !announced && parts.endpoint().isPresent()) {
      announced = true;
      ready.run();
    }
  }

  private void lookAfter() {
    if (settled && !stopping.get()) {
      firewall.check();
      if (++looks % LOOKS_PER_TALLY == 0) {
        firewall.tally().read();
      }
      firewall.saveCounters();
    }
  }

  private void endRules() {
    if (!booted) {
      partsChanged(); // providers tell nobody when they are known
    }
    if (settled && !stopping.get() && administration.ends().sweep()) {
      settle(firewall::settle);
    }
  }

  /** The framework is about to stop: everything is still there to stop in order. */
  void shutDown() {
    if (stopping.compareAndSet(false, true)) {
      control.call(
          () -> {
            firewall.shutDown();
            return stopping;
          });
    }
  }

  @Override
  public void close() {
    stopping.set(true);
    control.close();
    firewall.events().close();
  }
}
