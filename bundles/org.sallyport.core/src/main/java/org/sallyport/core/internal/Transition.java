// SPDX-License-Identifier: Apache-2.0
package org.sallyport.core.internal;

import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.sallyport.api.admin.AdminException;
import org.sallyport.api.admin.PolicyRule;
import org.sallyport.api.backend.BackendException;
import org.sallyport.api.rule.Origin;
import org.sallyport.api.rule.RuleDefinition;
import org.sallyport.api.rule.RuleStore;
import org.sallyport.api.rule.StoreException;
import org.sallyport.core.internal.document.Journal;
import org.sallyport.core.internal.document.Target;
import org.sallyport.core.internal.policy.PolicyMaker;
import org.sallyport.core.internal.settings.SettingsFiles;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Changes settings and stores as one: all or nothing, also where the daemon dies in between; then
 * the next start finishes it from the journal. Confined to the control thread.
 */
final class Transition {

  private static final Logger LOG = LoggerFactory.getLogger(Transition.class);

  private final Firewall firewall;
  private final Parts parts;
  private final Journal journal;

  Transition(Firewall firewall, Parts parts, Journal journal) {
    this.firewall = firewall;
    this.parts = parts;
    this.journal = journal;
  }

  /**
   * Carries a change out; in a trial nothing of it goes to disk.
   *
   * @throws AdminException if it could not be carried out; then nothing changed
   */
  void to(Target target) {
    boolean lasting = !firewall.trial().active();
    if (journal.pending().isPresent()) {
      throw AdminException.refused(
          "a change that was cut off is not finished yet", "", "see fw:status");
    }
    Target before = current(target.stores().keySet(), lasting);
    Map<String, RuleStore> stores = present(target.stores().keySet());
    try {
      if (lasting) {
        journal.begin(target);
      }
      write(target, stores, lasting);
      checkPresent(stores);
      firewall.settle();
    } catch (IOException | StoreException e) {
      throw refusal(e, putBack(before, stores, lasting, e));
    } catch (BackendException e) {
      String kept = putBack(before, stores, lasting, e);
      settleAgain(e);
      throw refusal(e, kept);
    }
    if (lasting) {
      endJournal();
    }
  }

  private Target current(Collection<String> storeNames, boolean lasting) {
    SettingsFiles settings = firewall.settings();
    Map<String, List<PolicyRule>> stores = new TreeMap<>();
    storeNames.forEach(name -> stores.put(name, firewall.console().kept(name)));
    return new Target(
        lasting ? settings.kept() : settings.overrides(),
        stores,
        List.copyOf(firewall.book().lodged()));
  }

  /** The stores to write to, looked up once: one may be replaced in the middle of a change. */
  private Map<String, RuleStore> present(Collection<String> names) {
    Map<String, RuleStore> stores = new TreeMap<>();
    names.forEach(name -> stores.put(name, firewall.console().present(name)));
    return stores;
  }

  /** Who took a store's place meanwhile may not know what was written. */
  private void checkPresent(Map<String, RuleStore> stores) throws StoreException {
    for (Map.Entry<String, RuleStore> entry : stores.entrySet()) {
      if (parts.store(entry.getKey()).filter(now -> now == entry.getValue()).isEmpty()) {
        throw new StoreException(
            "the store '" + entry.getKey() + "' left while it was written to", null);
      }
    }
  }

  private void write(Target target, Map<String, RuleStore> stores, boolean lasting)
      throws IOException, StoreException {
    for (Map.Entry<String, List<PolicyRule>> entry : target.stores().entrySet()) {
      RuleStore store = firewall.trial().view(stores.get(entry.getKey()));
      Origin origin = new Origin(entry.getKey(), 0);
      List<RuleDefinition> rules =
          entry.getValue().stream().map(rule -> Console.definition(rule, origin)).toList();
      store.replaceKept(rules);
    }
    firewall.book().lodge(target.lodged());
    if (lasting) {
      firewall.settings().replace(target.overrides());
    } else {
      firewall.settings().tryOut(target.overrides());
    }
  }

  private static AdminException refusal(Exception cause, String hint) {
    return new AdminException(
        AdminException.Kind.REFUSED, String.valueOf(cause.getMessage()), "", hint, cause);
  }

  private String putBack(
      Target before, Map<String, RuleStore> stores, boolean lasting, Exception cause) {
    try {
      if (lasting) {
        journal.end(); // a start must not finish what is being taken back
      }
      write(before, stores, lasting);
      return "nothing was changed";
    } catch (IOException | StoreException e) {
      cause.addSuppressed(e);
      firewall.settings().tryOut(before.overrides());
      return "and not everything could be put back: " + e.getMessage();
    }
  }

  private void settleAgain(BackendException cause) {
    try {
      firewall.settle();
    } catch (BackendException again) {
      cause.addSuppressed(again);
    }
  }

  /**
   * Finishes what an earlier daemon began, once the stores it is about are there.
   *
   * @return what is wrong, for people
   */
  Optional<String> finish() {
    Optional<Target> pending = journal.pending();
    if (pending.isEmpty()
        || firewall.trial().active() // what is written now would end with it
        || !pending.get().stores().keySet().stream().allMatch(n -> parts.store(n).isPresent())) {
      return Optional.empty();
    }
    try {
      Target rest = pending.get().besides(PolicyMaker.MEMORY, inMemory());
      write(rest, present(rest.stores().keySet()), true);
      journal.end();
      LOG.info("a change that was cut off has been finished");
      return Optional.empty();
    } catch (IOException | StoreException e) {
      LOG.error("a change that was cut off could not be finished", e);
      return Optional.of("a change that was cut off is half done: " + e.getMessage());
    }
  }

  /** Commands may have added rules before every store was there. */
  private List<PolicyRule> inMemory() throws StoreException {
    Optional<RuleStore> memory = parts.store(PolicyMaker.MEMORY);
    return memory.isEmpty() ? List.of() : memory.get().kept().stream().map(Console::rule).toList();
  }

  private void endJournal() {
    try {
      journal.end();
    } catch (IOException e) {
      LOG.error("a change is done, but a start would do it again", e);
    }
  }

  /** Keeps what is tried out. If that fails, the trial goes on. */
  void confirm() {
    Trial trial = firewall.trial();
    Target target = current(trial.storeNames(), false);
    trial.suspend();
    try {
      to(target);
    } catch (AdminException e) {
      trial.resume();
      firewall.settings().tryOut(target.overrides());
      firewall.book().lodge(target.lodged());
      try {
        firewall.settle();
      } catch (BackendException again) {
        e.addSuppressed(again);
      }
      throw e;
    }
    trial.end();
  }

  /** Goes back from a trial, if there is one, to what is kept. */
  void dropTrial() throws BackendException {
    if (firewall.trial().active()) {
      forgetTrial();
      firewall.settle();
    }
  }

  /** What is kept holds from the next settling on. */
  void forgetTrial() {
    firewall.book().lodge(firewall.trial().lodgedBefore());
    firewall.trial().end();
    firewall.book().backToConfirmed();
    firewall.settings().tryOut(firewall.settings().kept());
  }
}
