// SPDX-License-Identifier: Apache-2.0
package org.sallyport.engine.internal.plugin;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.sallyport.api.rule.Criterion;
import org.sallyport.engine.internal.attribute.Question;

/**
 * One attribute of a plugin, and the criteria on it that snapshots may still ask. Thread-safe; the
 * plugin's code is never called with the lock held, so a plugin that hangs cannot keep another
 * thread from noticing that it left.
 */
public final class PluginAttribute {

  private final Plugin plugin;
  private final List<WeakReference<PluginCriterion>> criteria = new ArrayList<>();
  private Stay stay;

  PluginAttribute(Plugin plugin, Stay stay) {
    this.plugin = plugin;
    this.stay = stay;
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
    return stay().awayNs() < plugin.limits().swapGrace().toNanos();
  }

  /**
   * Compiles a criterion. While the plugin is away it is pending, and compiled by the plugin when
   * that is back; while it is in quarantine it is not called for this either.
   *
   * @param builtIn compiles a criterion on a built-in attribute, which is what a plugin's data are
   * @throws PluginRefusal if the plugin refuses or fails
   */
  public PluginCriterion compile(Criterion criterion, Function<Criterion, Question> builtIn) {
    Stay used = stay();
    PluginCriterion compiled = new PluginCriterion(plugin, criterion, builtIn, used);
    synchronized (this) {
      criteria.removeIf(reference -> reference.get() == null);
      criteria.add(new WeakReference<>(compiled));
    }
    while (!used.closed() && !plugin.health().quarantined()) {
      compiled.bind(used);
      Stay now = stay();
      if (now == used) {
        return compiled;
      }
      used = now; // another one came meanwhile, and may not have seen this criterion
    }
    return compiled;
  }

  /**
   * The plugin is back: its new matchers take the place of the old ones.
   *
   * @return whether it took over every criterion; if not, the policy must be compiled anew
   */
  boolean arrived(Stay fresh) {
    List<PluginCriterion> live;
    synchronized (this) {
      stay = fresh;
      live = criteria.stream().map(WeakReference::get).filter(Objects::nonNull).toList();
    }
    if (plugin.health().quarantined()) {
      return true; // bound by the compilation that follows a reset
    }
    boolean all = true;
    for (PluginCriterion criterion : live) {
      try {
        criterion.bind(fresh);
      } catch (PluginRefusal e) {
        all = false; // said to a person by the compilation that follows
      }
    }
    return all;
  }
}
