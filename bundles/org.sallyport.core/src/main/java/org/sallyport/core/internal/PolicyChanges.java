// SPDX-License-Identifier: Apache-2.0
package org.sallyport.core.internal;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import org.sallyport.api.admin.AdminException;
import org.sallyport.api.admin.Execution;
import org.sallyport.api.admin.PolicyDiff;
import org.sallyport.api.admin.PolicyRule;
import org.sallyport.api.admin.PolicyText;
import org.sallyport.api.admin.Revision;
import org.sallyport.api.decision.RuleSyntaxException;
import org.sallyport.api.rule.Lifetime;
import org.sallyport.core.internal.document.History;
import org.sallyport.core.internal.document.PolicyDocument;
import org.sallyport.core.internal.document.PolicyPrinter;
import org.sallyport.core.internal.document.Target;
import org.sallyport.core.internal.policy.PolicyMaker;
import org.sallyport.core.internal.settings.SettingsFiles;

/**
 * Changes of the policy as a whole: apply, roll back, move to another store. Confined to the
 * control thread.
 */
final class PolicyChanges {

  private final Firewall firewall;
  private final Parts parts;
  private final PolicyPreview preview;

  PolicyChanges(Firewall firewall, Parts parts) {
    this.firewall = firewall;
    this.parts = parts;
    preview = new PolicyPreview(firewall, parts);
  }

  String export() {
    return PolicyPrinter.print(firewall.console().document());
  }

  PolicyDiff apply(PolicyText text, Execution execution) {
    PolicyDocument before = firewall.console().document();
    AppliedText applied = AppliedText.read(text, firewall.engine(), before);
    preview.check(applied.document(), Set.of(), applied::placeOf);
    if (!execution.dryRun()) {
      firewall.transition().to(target(applied.document(), Set.of()));
    }
    return before.diff(applied.document());
  }

  PolicyDiff rollBack(OptionalLong revision, Execution execution) {
    PolicyDocument before = firewall.console().everything();
    History.Entry goal = revision.isPresent() ? entry(revision.getAsLong()) : previous();
    PolicyDocument document = withoutEnded(goal.document());
    Set<String> gone = new HashSet<>();
    firewall.console().others().forEach(rule -> gone.add(rule.id()));
    goal.others().forEach(gone::remove);
    preview.check(document, gone, id -> "revision " + goal.revision().number());
    List<PolicyRule> left = new ArrayList<>(document.rules());
    firewall.console().others().stream().filter(r -> !gone.contains(r.id())).forEach(left::add);
    if (!execution.dryRun()) {
      firewall.transition().to(target(document, gone));
    }
    return before.diff(new PolicyDocument(document.settings(), left));
  }

  /** What has ended by itself does not come back. */
  private PolicyDocument withoutEnded(PolicyDocument document) {
    Instant now = Instant.now();
    List<PolicyRule> rules = document.rules().stream().filter(r -> !hasEnded(r, now)).toList();
    return new PolicyDocument(document.settings(), rules);
  }

  private boolean hasEnded(PolicyRule rule, Instant now) {
    try {
      return firewall.engine().parse(rule.text()).lifetime() instanceof Lifetime.Until until
          && !now.isBefore(until.end());
    } catch (RuleSyntaxException e) {
      return false; // the preview tells what is wrong with it
    }
  }

  private History.Entry entry(long revision) {
    try {
      List<Revision> known = firewall.history().revisions();
      return firewall
          .history()
          .entry(revision)
          .orElseThrow(
              () ->
                  AdminException.refused(
                      "there is no revision " + revision + " in the history",
                      "" + revision,
                      known.isEmpty()
                          ? "it is empty"
                          : "it goes back to " + known.get(0).number() + "; see fw:history"));
    } catch (IOException e) {
      throw new AdminException(AdminException.Kind.REFUSED, e.getMessage(), "" + revision, "", e);
    }
  }

  /** The last revision that is not as things are now. */
  private History.Entry previous() {
    PolicyDocument now = firewall.console().document();
    List<String> others = firewall.console().others().stream().map(PolicyRule::id).toList();
    List<Revision> known = firewall.history().revisions();
    for (int i = known.size() - 1; i >= 0; i--) {
      History.Entry entry = entry(known.get(i).number());
      boolean gone = !entry.others().containsAll(others);
      if (gone || !withoutEnded(entry.document()).equals(now)) {
        return entry;
      }
    }
    throw AdminException.refused("there is no revision before this one", "", "see fw:history");
  }

  PolicyDiff diff(long from, long to) {
    return entry(from).document().diff(entry(to).document());
  }

  /** Settings and stores as they must be for a document to stand, and some other rules not. */
  private Target target(PolicyDocument document, Collection<String> gone) {
    Console console = firewall.console();
    Map<String, List<PolicyRule>> stores = new HashMap<>();
    if (!gone.isEmpty()) {
      List<PolicyRule> left = new ArrayList<>(console.kept(PolicyMaker.MEMORY));
      left.removeIf(rule -> gone.contains(rule.id()));
      stores.put(PolicyMaker.MEMORY, left);
    }
    List<PolicyRule> rules = new ArrayList<>(console.strangers());
    rules.removeIf(rule -> gone.contains(rule.id()));
    rules.addAll(document.rules());
    stores.put(console.store(), rules);
    boolean files = console.store().equals(SettingsFiles.FILE_STORE);
    List<String> own = document.rules().stream().map(PolicyRule::id).toList();
    return new Target(preview.overrides(document), stores, files ? List.of() : own);
  }

  List<PolicyRule> useStore(String name, Execution execution) {
    Console console = firewall.console();
    String from = console.store();
    if (parts.store(name).isEmpty()) {
      throw new StoreAway(name);
    }
    if (name.equals(from)) {
      return List.of();
    }
    List<PolicyRule> moving = console.rules();
    List<PolicyRule> there = new ArrayList<>(console.kept(name));
    there.addAll(moving);
    boolean files = name.equals(SettingsFiles.FILE_STORE);
    // Lasting rules that a command put into the files by name are the console's from now on.
    Set<String> own = new HashSet<>();
    (files ? List.<PolicyRule>of() : moving).forEach(rule -> own.add(rule.id()));
    Map<String, List<PolicyRule>> stores = new TreeMap<>();
    stores.put(from, console.strangers());
    stores.put(name, there);
    preview.checkMove(name, moving, files);
    if (!execution.dryRun()) {
      Map<String, String> overrides =
          SettingsFiles.with(firewall.settings().overrides(), "store", name);
      firewall.transition().to(new Target(overrides, stores, List.copyOf(own)));
    }
    return moving;
  }
}
