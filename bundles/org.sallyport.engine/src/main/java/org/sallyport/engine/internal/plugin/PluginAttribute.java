// SPDX-License-Identifier: Apache-2.0
package org.sallyport.engine.internal.plugin;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.function.Function;
import org.sallyport.api.rule.Criterion;
import org.sallyport.engine.internal.attribute.Question;

/**
 * One attribute of a plugin, and the criteria on it that snapshots may still ask. Thread-safe; the
 * plugin's code is never called with the lock held, so a plugin that hangs cannot keep another
 * thread from noticing that it left.
 */
public final class PluginAttribute {

  /** Compiled criteria that are kept although no snapshot uses them. */
  private static final int SPARE = 1024;

  private final Plugin plugin;
  private final List<WeakReference<PluginCriterion>> criteria = new ArrayList<>();
  private final Map<Criterion, Preparation> prepared = new HashMap<>();
  private final Runnable ready;
  private Stay stay;

  /**
   * Creates it.
   *
   * @param ready told when a criterion is compiled that somebody had to do without
   */
  PluginAttribute(Plugin plugin, Stay stay, Runnable ready) {
    this.plugin = plugin;
    this.stay = stay;
    this.ready = ready;
  }

  /** Whose it is. */
  public Plugin plugin() {
    return plugin;
  }

  synchronized Stay stay() {
    return stay;
  }

  /** Whether it is known: here, or away for so short that it may be back at once. */
  boolean current() {
    return stay().awayNs() < plugin.graceNs();
  }

  /**
   * Has the plugin begin to compile a criterion, unless it has already; returns at once.
   *
   * @return what to wait for; empty while the plugin is away or in quarantine
   */
  public Optional<? extends Future<?>> prepare(Criterion criterion) {
    return preparation(criterion, stay());
  }

  private Optional<Preparation> preparation(Criterion criterion, Stay of) {
    if (of.closed() || plugin.health().quarantined()) {
      return Optional.empty();
    }
    Preparation fresh;
    synchronized (this) {
      Preparation known = prepared.get(criterion);
      if (known != null && known.stay() == of && !known.isCancelled()) {
        return Optional.of(known);
      }
      fresh = new Preparation(of, criterion, ready);
      prune();
      prepared.put(criterion, fresh);
    }
    of.worker().run(fresh);
    return Optional.of(fresh);
  }

  /** Forgets what no snapshot uses, once that is much; what is under way is still wanted. */
  private void prune() {
    if (prepared.size() > SPARE + 2 * criteria.size()) {
      Set<Criterion> used = new HashSet<>();
      live().forEach(criterion -> used.add(criterion.criterion()));
      prepared.entrySet().removeIf(e -> e.getValue().isDone() && !used.contains(e.getKey()));
    }
  }

  private List<PluginCriterion> live() {
    return criteria.stream().map(WeakReference::get).filter(Objects::nonNull).toList();
  }

  /**
   * Compiles a criterion; never waits for the plugin, so whoever wants it compiled now has called
   * {@link #prepare} before. While the plugin is away it is pending, and compiled by the plugin
   * when that is back; while it is in quarantine it is not called for this either.
   *
   * @param builtIn compiles a criterion on a built-in attribute, which is what a plugin's data are
   * @throws PluginRefusal if the plugin refuses, failed or is late
   */
  public PluginCriterion compile(Criterion criterion, Function<Criterion, Question> builtIn) {
    Stay used = stay();
    PluginCriterion compiled = new PluginCriterion(plugin, criterion, builtIn, used);
    synchronized (this) {
      criteria.removeIf(reference -> reference.get() == null);
      criteria.add(new WeakReference<>(compiled));
    }
    for (Optional<Preparation> made = preparation(criterion, used);
        made.isPresent();
        made = preparation(criterion, used)) {
      bind(compiled, made.get());
      Stay now = stay();
      if (now == used) {
        return compiled;
      }
      used = now; // another one came meanwhile, and may not have seen this criterion
    }
    return compiled;
  }

  /** What failed is tried again by the next compilation. */
  private void bind(PluginCriterion criterion, Preparation made) {
    try {
      criterion.bind(made);
    } catch (PluginRefusal e) {
      synchronized (this) {
        if (made.isDone()) {
          prepared.remove(criterion.criterion(), made);
        }
      }
      throw e;
    }
  }

  /**
   * The plugin is back: its new matchers take the place of the old ones. Waits for them, at most as
   * long as a compilation does.
   *
   * @return whether it took over every criterion; if not, the policy must be compiled anew
   */
  boolean arrived(Stay fresh) {
    List<PluginCriterion> live;
    synchronized (this) {
      stay = fresh;
      live = live();
    }
    if (plugin.health().quarantined()) {
      return true; // bound by the compilation that follows a reset
    }
    Waiting waiting = new Waiting(plugin.limits().compilation());
    live.forEach(criterion -> waiting.add(prepare(criterion.criterion())));
    waiting.await();
    boolean all = true;
    for (PluginCriterion criterion : live) {
      Optional<Preparation> made = preparation(criterion.criterion(), fresh);
      try {
        made.ifPresent(m -> bind(criterion, m));
        all &= made.isPresent();
      } catch (PluginRefusal e) {
        all = false; // said to a person by the compilation that follows
      }
    }
    return all;
  }

  /** Puts the plugin in quarantine if it hangs over a criterion; its thread is left behind. */
  void expire() {
    Optional<Preparation> hangs;
    synchronized (this) {
      long limitNs = plugin.limits().compile().toNanos();
      hangs = prepared.values().stream().filter(p -> p.runningNs() > limitNs).findFirst();
    }
    hangs.ifPresent(
        preparation -> {
          plugin.health().quarantine("compiling a criterion took too long");
          preparation.cancel(true);
          preparation.stay().worker().abandon();
          ready.run(); // what waited for it is compiled without it
        });
  }
}
