// SPDX-License-Identifier: Apache-2.0
package org.sallyport.core.internal;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.sallyport.api.admin.AdminException;
import org.sallyport.api.admin.PolicyRule;
import org.sallyport.api.rule.Origin;
import org.sallyport.api.rule.RuleDefinition;
import org.sallyport.api.rule.RuleStore;
import org.sallyport.api.rule.StoreException;
import org.sallyport.core.internal.document.DaemonsLife;
import org.sallyport.core.internal.document.PolicyDocument;
import org.sallyport.core.internal.policy.PolicyMaker;
import org.sallyport.core.internal.settings.SettingsFiles;

/**
 * The part of the policy that commands make: settings, and the lasting rules in the store that
 * commands use. Rules that end with the daemon, and those that a command put into another store by
 * name, are not among them. Confined to the control thread.
 */
final class Console {

  private final Firewall firewall;
  private final Parts parts;

  Console(Firewall firewall, Parts parts) {
    this.firewall = firewall;
    this.parts = parts;
  }

  /** The store that commands use. */
  String store() {
    return firewall.settings().consoleStore();
  }

  /** Whether a rule of that text, put there, is one of the console's in a store without files. */
  boolean lodges(String storeName, String text) {
    return storeName.equals(store())
        && !storeName.equals(SettingsFiles.FILE_STORE)
        && isLasting(text);
  }

  /** Notes one more rule of the console in a store without files. */
  void lodge(String ruleId) {
    Set<String> ids = new HashSet<>(firewall.book().lodged());
    ids.add(ruleId);
    firewall.book().lodge(ids);
  }

  private static boolean isLasting(String text) {
    return !DaemonsLife.binds(text);
  }

  /**
   * A store to read or write. What has taken the place of another instance of memory knows its
   * rules from here on.
   *
   * @throws StoreAway if it is away
   */
  RuleStore present(String storeName) {
    RuleStore store = parts.store(storeName).orElseThrow(() -> new StoreAway(storeName));
    if (storeName.equals(PolicyMaker.MEMORY)) {
      firewall.book().refresh(store, firewall.trial().view(store));
    }
    return store;
  }

  /**
   * All rules that commands have put into a store.
   *
   * @throws AdminException if the store is away or damaged
   */
  List<PolicyRule> kept(String storeName) {
    RuleStore store = firewall.trial().view(present(storeName));
    try {
      return store.kept().stream().map(Console::rule).toList();
    } catch (StoreException e) {
      throw new AdminException(AdminException.Kind.REFUSED, e.getMessage(), storeName, "", e);
    }
  }

  /** The console's rules. */
  List<PolicyRule> rules() {
    return kept(store()).stream().filter(this::isOwn).toList();
  }

  /** What else the console's store holds. */
  List<PolicyRule> strangers() {
    return kept(store()).stream().filter(rule -> !isOwn(rule)).toList();
  }

  private boolean isOwn(PolicyRule rule) {
    boolean files = store().equals(SettingsFiles.FILE_STORE);
    return isLasting(rule.text()) && (files || firewall.book().lodged().contains(rule.id()));
  }

  /** Rules of commands that are not the console's: those in memory that it did not lodge there. */
  List<PolicyRule> others() {
    boolean there = parts.store(PolicyMaker.MEMORY).isPresent();
    List<PolicyRule> others = new ArrayList<>(there ? kept(PolicyMaker.MEMORY) : stale());
    if (store().equals(PolicyMaker.MEMORY)) {
      others.removeIf(this::isOwn);
    }
    return others;
  }

  /** What memory held and stays in force while it is away. */
  private List<PolicyRule> stale() {
    return firewall.book().rules().stream()
        .filter(rule -> rule.store().equals(PolicyMaker.MEMORY))
        .map(rule -> rule(rule.definition()))
        .toList();
  }

  /** The policy as commands made it. */
  PolicyDocument document() {
    return new PolicyDocument(firewall.settings().current().policyTexts(), rules());
  }

  /** The same with the rules that are not the console's. */
  PolicyDocument everything() {
    List<PolicyRule> all = new ArrayList<>(rules());
    all.addAll(others());
    return new PolicyDocument(firewall.settings().current().policyTexts(), all);
  }

  static PolicyRule rule(RuleDefinition rule) {
    return new PolicyRule(rule.id(), rule.text(), rule.priority(), rule.enabled(), rule.comment());
  }

  static RuleDefinition definition(PolicyRule rule, Origin origin) {
    return new RuleDefinition(
        rule.id(), rule.text(), rule.priority(), rule.enabled(), rule.comment(), origin);
  }
}
