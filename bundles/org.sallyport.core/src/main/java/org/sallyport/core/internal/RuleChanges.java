// SPDX-License-Identifier: Apache-2.0
package org.sallyport.core.internal;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.sallyport.api.admin.AdminException;
import org.sallyport.api.admin.Execution;
import org.sallyport.api.admin.RuleInfo;
import org.sallyport.api.admin.RuleRequest;
import org.sallyport.api.backend.BackendException;
import org.sallyport.api.decision.Compilation;
import org.sallyport.api.decision.PolicyEngine;
import org.sallyport.api.decision.RuleCounter;
import org.sallyport.api.decision.RuleProblem;
import org.sallyport.api.decision.RuleSyntaxException;
import org.sallyport.api.decision.StoredRule;
import org.sallyport.api.rule.Lifetime;
import org.sallyport.api.rule.Origin;
import org.sallyport.api.rule.RuleDefinition;
import org.sallyport.api.rule.RuleId;
import org.sallyport.api.rule.RuleStore;
import org.sallyport.api.rule.RuleText;
import org.sallyport.api.rule.StoreException;
import org.sallyport.api.subject.ProcessId;
import org.sallyport.core.internal.policy.PolicyMaker;
import org.sallyport.core.internal.policy.StoreBook;

/**
 * Changes of single rules: checked against the whole policy first, then stored, then carried into
 * the kernel; if that fails, taken back. Confined to the control thread.
 */
final class RuleChanges {

  private final Firewall firewall;
  private final Parts parts;
  private final RuleInfos infos;
  private final Standing standing;
  private final RuleEnds ends;

  RuleChanges(Firewall firewall, Parts parts, RuleInfos infos, RuleEnds ends) {
    this.firewall = firewall;
    this.parts = parts;
    this.infos = infos;
    standing = new Standing(firewall);
    this.ends = ends;
  }

  RuleInfo add(RuleRequest request, Execution execution) {
    PolicyEngine engine = firewall.engine();
    RuleText rule = parse(engine, request);
    RuleStore store = storeFor(request, rule.lifetime());
    RuleDefinition definition =
        new RuleDefinition(
            request.id().map(this::freeId).orElseGet(() -> madeUpId(rule.action().word())),
            engine.print(rule),
            request.priority().orElse(RuleDefinition.DEFAULT_PRIORITY),
            true,
            request.comment(),
            new Origin(store.name(), 0));
    Optional<ProcessId> process = ends.processOf(rule);
    boolean lodges = firewall.console().lodges(store.name(), definition.text());
    StoredRule stored =
        new StoredRule(
            store.name(),
            lodges ? StoreBook.LODGED_RANK : store.rank(),
            definition,
            new RuleCounter(),
            process);
    Compilation.Compiled preview = preview(engine, stored);
    if (execution.dryRun()) {
      checkWritable(store, definition.id());
      return infos.of(preview.snapshot(), definition.id());
    }
    process.ifPresent(found -> firewall.book().bind(definition.id(), found));
    if (lodges) {
      firewall.console().lodge(definition.id());
    }
    carry(
        () -> store.put(definition),
        () -> store.remove(definition.id()),
        () -> standing.stands(definition));
    return infos.current(definition.id());
  }

  RuleInfo remove(String id, Execution execution) {
    RuleInfo before = infos.current(id);
    RuleStore store = presentStore(before.store());
    RuleDefinition definition = definition(id);
    if (execution.dryRun()) {
      checkWritable(store, id);
      return before;
    }
    Optional<ProcessId> process = Optional.ofNullable(firewall.book().bound().get(id));
    carry(
        () -> store.remove(id),
        () -> {
          process.ifPresent(found -> firewall.book().bind(id, found));
          store.put(definition);
        },
        () -> !standing.has(id));
    return before;
  }

  RuleInfo setEnabled(String id, boolean enabled, Execution execution) {
    RuleInfo before = infos.current(id);
    RuleStore store = presentStore(before.store());
    RuleDefinition definition = definition(id);
    if (execution.dryRun() || definition.enabled() == enabled) {
      checkWritable(store, id);
    } else {
      RuleDefinition wanted = definition.withEnabled(enabled);
      carry(() -> store.put(wanted), () -> store.put(definition), () -> standing.stands(wanted));
      return infos.current(id);
    }
    return before.withEnabled(enabled);
  }

  private static void checkWritable(RuleStore store, String id) {
    try {
      store.checkWritable(id);
    } catch (StoreException e) {
      throw new AdminException(AdminException.Kind.REFUSED, e.getMessage(), "", "", e);
    }
  }

  private RuleText parse(PolicyEngine engine, RuleRequest request) {
    try {
      RuleText text = engine.parseWords(request.words());
      if (!request.lifetimeWords().isEmpty()) {
        if (!(text.lifetime() instanceof Lifetime.Permanent)) {
          throw AdminException.usage(
              "the lifetime is given twice", request.lifetimeWords().get(0), "name it once");
        }
        List<String> words = new ArrayList<>(request.words());
        words.addAll(request.lifetimeWords());
        text = engine.parseWords(words);
      }
      return new RuleText(text.action(), text.direction(), text.criteria(), fixed(text));
    } catch (RuleSyntaxException e) {
      throw new AdminException(
          AdminException.Kind.USAGE, e.getMessage(), "column " + e.column(), e.hint(), e);
    }
  }

  /** A duration counts from now, and goes on while the machine sleeps. */
  static Lifetime fixed(RuleText text) {
    Instant now = Instant.now();
    if (text.lifetime() instanceof Lifetime.For span) {
      return new Lifetime.Until(now.plus(span.duration()).truncatedTo(ChronoUnit.MILLIS));
    }
    if (text.lifetime() instanceof Lifetime.Until until && !now.isBefore(until.end())) {
      throw AdminException.usage(
          until.end() + " has passed already", "until", "name a moment to come");
    }
    if (text.lifetime() instanceof Lifetime.Once) {
      throw AdminException.refused(
          "rules that end with a flow are not supported yet", "once", "use 'for DURATION'");
    }
    return text.lifetime();
  }

  private RuleStore storeFor(RuleRequest request, Lifetime lifetime) {
    boolean endsWithDaemon =
        lifetime instanceof Lifetime.UntilRestart || lifetime instanceof Lifetime.UntilExit;
    String name =
        request
            .store()
            .orElse(endsWithDaemon ? PolicyMaker.MEMORY : firewall.settings().consoleStore());
    if (endsWithDaemon && !name.equals(PolicyMaker.MEMORY)) {
      throw AdminException.usage(
          "a rule until restart or exit lives in the store 'memory', not in '" + name + "'",
          "--store",
          "");
    }
    return presentStore(name);
  }

  private RuleStore presentStore(String name) {
    return parts.store(name).map(firewall.trial()::view).orElseThrow(() -> new StoreAway(name));
  }

  private String freeId(String id) {
    if (!RuleId.isValid(id)) {
      throw AdminException.usage(
          "'" + id + "' is not a rule id", "--id", "use 1 to 24 of a-z, 0-9 and -");
    }
    infos
        .find(id)
        .ifPresent(
            rule -> {
              throw AdminException.refused(
                  "there is a rule '" + id + "' already",
                  rule.origin().toString(),
                  "choose another id");
            });
    return id;
  }

  private String madeUpId(String action) {
    int number = 1;
    while (infos.find(action + "-" + number).isPresent()) {
      number++;
    }
    return action + "-" + number;
  }

  private RuleDefinition definition(String id) {
    return firewall.book().rules().stream()
        .map(StoredRule::definition)
        .filter(rule -> rule.id().equals(id))
        .findFirst()
        .orElseThrow(
            () -> AdminException.refused("there is no rule '" + id + "'", id, "see fw:rules"));
  }

  private Compilation.Compiled preview(PolicyEngine engine, StoredRule added) {
    List<StoredRule> rules = new ArrayList<>(firewall.book().rules());
    rules.add(added);
    Compilation result =
        PolicyMaker.compile(
            engine,
            firewall.revision() + 1,
            rules,
            firewall.settings().current(),
            firewall.holding());
    if (result instanceof Compilation.Refused refused) {
      RuleProblem problem =
          refused.problems().stream()
              .filter(p -> p.ruleId().equals(added.definition().id()))
              .findFirst()
              .orElse(refused.problems().get(0));
      throw new AdminException(
          problem.kind() == RuleProblem.Kind.TEXT
              ? AdminException.Kind.USAGE
              : AdminException.Kind.REFUSED,
          problem.message(),
          "rule " + problem.ruleId(),
          problem.hint(),
          null);
    }
    return (Compilation.Compiled) result;
  }

  /** A step that touches a store. */
  private interface StoreStep {
    void run() throws StoreException;
  }

  private void carry(StoreStep change, StoreStep undo, BooleanSupplier done) {
    PolicyEngine unused =
        firewall.engine(); // without one the store would change, but not the policy
    try {
      change.run();
    } catch (StoreException e) {
      throw new AdminException(AdminException.Kind.REFUSED, e.getMessage(), "", "", e);
    }
    Optional<BackendException> failure = settle(done);
    if (failure.isEmpty()) {
      return;
    }
    String kept = "nothing was changed";
    try {
      undo.run();
      settle(() -> true).ifPresent(failure.get()::addSuppressed);
    } catch (StoreException e) {
      failure.get().addSuppressed(e);
      kept = "and the store could not be put back: " + e.getMessage();
    }
    throw new AdminException(
        AdminException.Kind.REFUSED, failure.get().getMessage(), "kernel", kept, failure.get());
  }

  private Optional<BackendException> settle(BooleanSupplier done) {
    try {
      firewall.settle();
      return done.getAsBoolean() ? Optional.empty() : Optional.of(standing.fallenBack());
    } catch (BackendException e) {
      return Optional.of(e);
    }
  }
}
