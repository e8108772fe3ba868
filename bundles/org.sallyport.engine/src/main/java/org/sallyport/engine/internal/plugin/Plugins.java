// SPDX-License-Identifier: Apache-2.0
package org.sallyport.engine.internal.plugin;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.sallyport.api.match.MatcherFactory;
import org.sallyport.api.match.PluginStatus;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The plugins that are here, and those that were. They come and go on any thread. What a policy
 * would be compiled to is told by {@link #changes}: it stands still while a plugin is swapped.
 */
public final class Plugins {

  private static final Logger LOG = LoggerFactory.getLogger(Plugins.class);

  private record Arrival(Plugin plugin, Stay stay, Set<String> names) {}

  private final Limits limits;
  private final LongSupplier clockNs;
  private final AtomicLong remade = new AtomicLong();
  private volatile Runnable listener = () -> {};
  private volatile long graceNs;

  // guarded by this
  private final Map<String, Plugin> byName = new TreeMap<>();
  private final Map<String, PluginAttribute> attributes = new HashMap<>();
  private final Set<String> gone = new HashSet<>();
  private final IdentityHashMap<MatcherFactory, Arrival> present = new IdentityHashMap<>();

  /**
   * Starts without any.
   *
   * @param limits how much is borne of them
   * @param clockNs a clock that only goes forward, nanoseconds
   */
  public Plugins(Limits limits, LongSupplier clockNs) {
    this.limits = limits;
    this.clockNs = clockNs;
    graceNs = limits.swapGrace().toNanos();
  }

  /** Sets how long a plugin may be away before its facts count as unknown. */
  public void swapGrace(Duration grace) {
    graceNs = grace.toNanos();
  }

  /** Who is told, on the thread that noticed, that a policy should be compiled anew. */
  public void listen(Runnable told) {
    listener = told;
  }

  /**
   * A number that is another one whenever compiling the same rules may give another policy. It
   * stands for who provides what, so that an engine started anew among the same plugins says the
   * same.
   */
  public synchronized long changes() {
    Map<String, String> providers = new TreeMap<>();
    attributes.forEach(
        (name, attribute) -> {
          if (attribute.current()) {
            providers.put(name, attribute.plugin().name());
          }
        });
    return remade.get() << 32 | Integer.toUnsignedLong(providers.hashCode());
  }

  /** Something compiles now that did not when a policy was compiled last. */
  private void remade() {
    remade.incrementAndGet();
    changed();
  }

  private void changed() {
    listener.run();
  }

  /**
   * A factory has come.
   *
   * @param reserved names it may not take
   */
  public void add(MatcherFactory factory, PluginIdentity identity, Set<String> reserved) {
    Set<String> names = namesOf(factory, reserved);
    Stay stay = new Stay(factory, identity.name(), clockNs);
    List<PluginAttribute> back = new ArrayList<>();
    boolean changed = false;
    synchronized (this) {
      Plugin plugin =
          byName.computeIfAbsent(identity.name(), n -> new Plugin(identity, limits, () -> graceNs));
      plugin.arrived(identity, names);
      present.put(factory, new Arrival(plugin, stay, names));
      for (String name : names) {
        PluginAttribute known = attributes.get(name);
        if (known == null || known.stay().closed()) {
          boolean same = known != null && known.plugin() == plugin && !gone.contains(name);
          changed |= !same;
          PluginAttribute now = same ? known : new PluginAttribute(plugin, stay, this::remade);
          attributes.put(name, now);
          gone.remove(name);
          back.addAll(same ? List.of(now) : List.of());
        }
      }
    }
    for (PluginAttribute attribute : back) {
      if (!attribute.arrived(stay)) {
        remade.incrementAndGet();
        changed = true;
      }
    }
    if (changed) {
      changed();
    }
  }

  private static Set<String> namesOf(MatcherFactory factory, Set<String> reserved) {
    try {
      Set<String> names = new TreeSet<>(factory.attributes());
      names.removeAll(reserved);
      return Set.copyOf(names);
    } catch (RuntimeException | LinkageError | StackOverflowError | AssertionError e) {
      LOG.warn("A matcher factory does not tell its attributes and is left out.", e);
      return Set.of();
    }
  }

  /** A factory has gone. Returns once no call is under way in it, or the patience ends. */
  public void remove(MatcherFactory factory) {
    Arrival arrival;
    synchronized (this) {
      arrival = present.remove(factory);
    }
    if (arrival == null) {
      return;
    }
    int stuck = arrival.stay().close(limits.leavePatience().toNanos());
    if (stuck > 0) {
      LOG.warn("{} has left with {} calls still under way", arrival.plugin().name(), stuck);
    }
    arrival.plugin().left(stuck);
  }

  /**
   * Gives up on attributes that are away past their grace, and on plugins that hang; called now and
   * then.
   */
  public void expire() {
    boolean changed = false;
    present().forEach(PluginAttribute::expire);
    synchronized (this) {
      for (Map.Entry<String, PluginAttribute> entry : attributes.entrySet()) {
        if (!entry.getValue().current() && gone.add(entry.getKey())) {
          changed = true;
          heir(entry.getKey()).ifPresent(entry::setValue);
        }
      }
    }
    if (changed) {
      changed();
    }
  }

  private synchronized List<PluginAttribute> present() {
    return List.copyOf(attributes.values());
  }

  /** Somebody else who is here and knows the attribute too. */
  private Optional<PluginAttribute> heir(String name) {
    Optional<Arrival> other =
        present.values().stream().filter(arrival -> arrival.names().contains(name)).findFirst();
    other.ifPresent(arrival -> gone.remove(name));
    return other.map(
        arrival -> new PluginAttribute(arrival.plugin(), arrival.stay(), this::remade));
  }

  /** An attribute that is here, or may be back at once. */
  public synchronized Optional<PluginAttribute> attribute(String name) {
    return Optional.ofNullable(attributes.get(name)).filter(PluginAttribute::current);
  }

  /** The plugin that provided an attribute once and is away. */
  public synchronized Optional<Plugin> formerly(String name) {
    return Optional.ofNullable(attributes.get(name)).map(PluginAttribute::plugin);
  }

  /** Waits for plugins as long as one compilation may. */
  public Waiting waiting() {
    return new Waiting(limits.compilation());
  }

  /** The attributes that are here, or may be back at once. */
  public synchronized Set<String> names() {
    Set<String> names = new TreeSet<>();
    attributes.forEach(
        (name, attribute) -> names.addAll(attribute.current() ? Set.of(name) : Set.of()));
    return names;
  }

  /** Every attribute there ever was. */
  public synchronized Set<String> namesEver() {
    return new TreeSet<>(attributes.keySet());
  }

  /** The plugins as they stand, by name. */
  public synchronized List<PluginStatus> status() {
    return byName.values().stream().map(Plugin::status).toList();
  }

  /** Takes a plugin out of quarantine. */
  public Optional<PluginStatus> reset(String name) {
    Plugin plugin;
    synchronized (this) {
      plugin = byName.get(name);
    }
    if (plugin == null) {
      return Optional.empty();
    }
    boolean quarantined = plugin.state() == PluginStatus.State.QUARANTINED;
    plugin.health().reset();
    if (quarantined) {
      remade(); // flows were judged without it
    }
    return Optional.of(plugin.status());
  }
}
