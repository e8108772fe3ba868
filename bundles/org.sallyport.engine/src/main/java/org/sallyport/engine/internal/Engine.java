// SPDX-License-Identifier: Apache-2.0
package org.sallyport.engine.internal;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import org.sallyport.api.decision.Compilation;
import org.sallyport.api.decision.Hypothesis;
import org.sallyport.api.decision.PolicyEngine;
import org.sallyport.api.decision.PolicySource;
import org.sallyport.api.decision.RuleSyntaxException;
import org.sallyport.api.match.MatcherFactory;
import org.sallyport.api.match.PluginStatus;
import org.sallyport.api.rule.RuleText;
import org.sallyport.engine.internal.attribute.Catalog;
import org.sallyport.engine.internal.attribute.HostFiles;
import org.sallyport.engine.internal.attribute.Lookups;
import org.sallyport.engine.internal.attribute.NameResolver;
import org.sallyport.engine.internal.flow.FlowReader;
import org.sallyport.engine.internal.plugin.Limits;
import org.sallyport.engine.internal.plugin.PluginIdentity;
import org.sallyport.engine.internal.plugin.Plugins;
import org.sallyport.engine.internal.policy.PolicyCompiler;
import org.sallyport.engine.internal.text.RulePrinter;
import org.sallyport.engine.internal.text.RuleReader;

/** The engine without OSGi. Thread-safe. */
public class Engine implements PolicyEngine {

  private final Plugins plugins;
  private final Catalog catalog;
  private final HostFiles files = new HostFiles();
  private final Supplier<NameResolver> names;
  private final Clock clock;
  private final PolicyCompiler compiler;

  /**
   * Creates an engine.
   *
   * @param names makes a resolver of user and group names for each compilation
   * @param clock the wall clock, with the zone of moments that name none
   */
  public Engine(Supplier<NameResolver> names, Clock clock) {
    this(names, clock, new Plugins(Limits.DEFAULT, System::nanoTime));
  }

  /** Creates an engine with plugins that are borne with otherwise than by default. */
  Engine(Supplier<NameResolver> names, Clock clock, Plugins plugins) {
    this.plugins = plugins;
    this.catalog = new Catalog(plugins);
    this.names = Objects.requireNonNull(names, "names");
    this.clock = Objects.requireNonNull(clock, "clock");
    this.compiler = new PolicyCompiler(catalog, names, files, clock);
  }

  /** A factory has come: its attributes count from now on. */
  public void add(MatcherFactory factory, PluginIdentity identity) {
    plugins.add(factory, identity, Catalog.reserved());
  }

  /** A factory has gone; returns once nothing of it is running, or after two seconds. */
  public void remove(MatcherFactory factory) {
    plugins.remove(factory);
  }

  /** Looks which plugins are away for too long. */
  public void expirePlugins() {
    plugins.expire();
  }

  /** Looks again which files stand at the paths that rules name; may block on the disk. */
  public void renewFiles() {
    files.renew();
  }

  @Override
  public Compilation compile(PolicySource source) {
    return compiler.compile(source);
  }

  @Override
  public RuleText parse(String text) throws RuleSyntaxException {
    return new RuleReader(catalog.checkFor(Catalog.Trust.TYPED), clock.getZone()).read(text);
  }

  @Override
  public RuleText parseWords(List<String> words) throws RuleSyntaxException {
    return new RuleReader(catalog.checkFor(Catalog.Trust.TYPED), clock.getZone()).readWords(words);
  }

  @Override
  public String print(RuleText rule) {
    return RulePrinter.print(rule);
  }

  @Override
  public Hypothesis parseFlow(List<String> words) throws RuleSyntaxException {
    return new FlowReader(new Lookups(names.get(), files::of), catalog).read(words);
  }

  @Override
  public long changes() {
    return plugins.changes();
  }

  @Override
  public void onChange(Runnable listener) {
    plugins.listen(listener);
  }

  @Override
  public void swapGrace(Duration grace) {
    plugins.swapGrace(grace);
  }

  @Override
  public List<PluginStatus> plugins() {
    return plugins.status();
  }

  @Override
  public Optional<PluginStatus> resetPlugin(String name) {
    return plugins.reset(name);
  }

  @Override
  public List<String> attributes() {
    return catalog.names();
  }
}
