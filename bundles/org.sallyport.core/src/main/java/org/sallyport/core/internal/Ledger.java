// SPDX-License-Identifier: Apache-2.0
package org.sallyport.core.internal;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.sallyport.api.admin.AdminException;
import org.sallyport.api.admin.Execution;
import org.sallyport.api.admin.PolicyDiff;
import org.sallyport.api.admin.PolicyRule;
import org.sallyport.api.admin.Revision;
import org.sallyport.api.admin.Unconfirmed;
import org.sallyport.api.backend.BackendException;
import org.sallyport.core.internal.document.History;
import org.sallyport.core.internal.document.PolicyDocument;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What every change of a command goes through: it is tried out if it is to be confirmed, and
 * written into the history if it is not. Confined to the control thread.
 */
final class Ledger {

  private static final Logger LOG = LoggerFactory.getLogger(Ledger.class);
  private static final Duration RETRY = Duration.ofSeconds(2);
  private static final String ITSELF = "sallyport";

  /** The policy at some moment, for the history. */
  private record Look(
      long revision, PolicyDocument document, PolicyDocument everything, List<String> others) {}

  private final Firewall firewall;
  private Optional<Look> beforeTrial = Optional.empty();
  private Optional<Instant> retryAt = Optional.empty();

  Ledger(Firewall firewall) {
    this.firewall = firewall;
  }

  /** Runs a change; one that must stand at once is refused while another waits. */
  <T> T run(Execution execution, Supplier<T> change) {
    if (execution.dryRun()) {
      return change.get();
    }
    Trial trial = firewall.trial();
    if (trial.active() && execution.confirmWithin().isEmpty()) {
      throw AdminException.refused(
          "a change waits for confirmation: " + waiting(),
          "",
          "fw:confirm keeps it, fw:rollback takes it back; with --confirm this one joins it");
    }
    return firewall.trial().active() || execution.confirmWithin().isPresent()
        ? tryOut(execution, change)
        : keep(execution, change);
  }

  private String waiting() {
    return firewall
        .trial()
        .shown()
        .map(shown -> String.join("; ", shown.commands()) + " until " + shown.until())
        .orElse("");
  }

  private <T> T tryOut(Execution execution, Supplier<T> change) {
    boolean began = !firewall.trial().active();
    if (began) {
      beforeTrial = look();
      firewall.trial().begin(firewall.book().lodged());
    }
    try {
      T result = change.get();
      firewall.trial().join(execution.command(), execution.confirmWithin().orElseThrow());
      return result;
    } catch (RuntimeException e) {
      if (began) {
        firewall.transition().forgetTrial();
      }
      throw e;
    }
  }

  private <T> T keep(Execution execution, Supplier<T> change) {
    Optional<Look> before = look();
    T result = change.get();
    record(before, execution.who(), execution.command());
    return result;
  }

  /** Keeps what waits for confirmation. */
  PolicyDiff confirm(Execution execution) {
    List<String> commands = firewall.trial().shown().map(Unconfirmed::commands).orElse(List.of());
    if (!firewall.trial().active()) {
      throw AdminException.refused("nothing waits for confirmation", "", "see fw:status");
    }
    PolicyDiff diff = sinceTrial();
    if (!execution.dryRun()) {
      firewall.transition().confirm();
      record(beforeTrial, execution.who(), String.join("; ", commands));
      beforeTrial = Optional.empty();
    }
    return diff;
  }

  private PolicyDiff sinceTrial() {
    return beforeTrial
        .map(before -> before.everything().diff(firewall.console().everything()))
        .orElseGet(() -> new PolicyDiff(List.of(), List.of(), List.of()));
  }

  /** Takes back what waits for confirmation. */
  PolicyDiff takeBack(Execution execution) {
    PolicyDocument now = firewall.console().everything();
    PolicyDiff diff =
        beforeTrial
            .map(before -> now.diff(before.everything()))
            .orElseGet(() -> new PolicyDiff(List.of(), List.of(), List.of()));
    if (!execution.dryRun()) {
      try {
        firewall.transition().dropTrial();
      } catch (BackendException e) {
        retryAt = Optional.of(Instant.now().plus(RETRY));
        throw new AdminException(
            AdminException.Kind.REFUSED, e.getMessage(), "kernel", "it is tried again", e);
      }
    }
    return diff;
  }

  /** Takes back what was not confirmed in time; called again and again. */
  void tick() {
    boolean retry = retryAt.filter(when -> !Instant.now().isBefore(when)).isPresent();
    if (!retry && !firewall.trial().overdue()) {
      return;
    }
    try {
      if (firewall.trial().active()) {
        LOG.warn("not confirmed, taken back: {}", waiting());
        retryAt = Optional.of(Instant.now().plus(RETRY));
        firewall.transition().dropTrial();
      } else {
        firewall.settle();
      }
      retryAt = Optional.empty();
    } catch (BackendException e) {
      LOG.error("what was not confirmed could not be taken back; trying again", e);
      retryAt = Optional.of(Instant.now().plus(RETRY));
    }
  }

  private Optional<Look> look() {
    try {
      Console console = firewall.console();
      return Optional.of(
          new Look(
              firewall.revision(),
              console.document(),
              console.everything(),
              console.others().stream().map(PolicyRule::id).toList()));
    } catch (AdminException e) {
      LOG.warn("the history misses a change: {}", e.getMessage());
      return Optional.empty(); // a damaged store must not keep anybody from closing the host
    }
  }

  private void record(Optional<Look> before, String who, String command) {
    Optional<Look> after = look();
    if (before.isEmpty() || after.isEmpty() || after.get().revision() <= newest()) {
      return; // nothing was changed
    }
    try {
      beginning(before.get());
      PolicyDiff changes = before.get().everything().diff(after.get().everything());
      firewall.history().record(entry(after.get(), who, command, changes));
    } catch (IOException e) {
      LOG.error("the change is done, but the history misses it", e);
      firewall.noteProblem("the history misses a change: " + e.getMessage());
    }
  }

  private long newest() {
    return firewall.history().newest();
  }

  /** What stood before the first change, or was changed by hand since the last, can be had back. */
  private void beginning(Look before) throws IOException {
    if (before.revision() <= newest()) {
      return;
    }
    PolicyDocument last = new PolicyDocument(java.util.Map.of(), List.of());
    Optional<History.Entry> newest = firewall.history().entry(newest());
    if (newest.isPresent()) {
      last = newest.get().document();
    }
    if (newest.isEmpty() || !last.equals(before.document())) {
      List<PolicyDiff.Setting> none = new ArrayList<>();
      PolicyDiff changes = last.diff(before.document());
      if (newest.isEmpty()) {
        changes = new PolicyDiff(List.of(), changes.added(), none);
      }
      String what =
          newest.isEmpty() ? "the policy when the history began" : "changed outside of commands";
      firewall.history().record(entry(before, ITSELF, what, changes));
    }
  }

  private static History.Entry entry(Look look, String who, String command, PolicyDiff changes) {
    Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
    return new History.Entry(
        new Revision(look.revision(), now, who, command, changes), look.document(), look.others());
  }
}
