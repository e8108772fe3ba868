// SPDX-License-Identifier: Apache-2.0
package org.sallyport.engine.internal;

import java.time.Clock;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.sallyport.api.decision.Compilation;
import org.sallyport.api.decision.Hypothesis;
import org.sallyport.api.decision.PolicyEngine;
import org.sallyport.api.decision.PolicySource;
import org.sallyport.api.decision.RuleSyntaxException;
import org.sallyport.api.match.MatcherFactory;
import org.sallyport.api.rule.RuleText;
import org.sallyport.engine.internal.attribute.Catalog;
import org.sallyport.engine.internal.attribute.HostFiles;
import org.sallyport.engine.internal.attribute.Lookups;
import org.sallyport.engine.internal.attribute.NameResolver;
import org.sallyport.engine.internal.flow.FlowReader;
import org.sallyport.engine.internal.policy.PolicyCompiler;
import org.sallyport.engine.internal.text.RulePrinter;
import org.sallyport.engine.internal.text.RuleReader;

/** The engine without OSGi. Thread-safe. */
public final class Engine implements PolicyEngine {

  private final Catalog catalog = new Catalog();
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
    this.names = Objects.requireNonNull(names, "names");
    this.clock = Objects.requireNonNull(clock, "clock");
    this.compiler = new PolicyCompiler(catalog, names, files, clock);
  }

  /** A factory has come; counts from the next compilation on. */
  public void add(MatcherFactory factory) {
    catalog.add(factory);
  }

  /** A factory has gone; counts from the next compilation on. */
  public void remove(MatcherFactory factory) {
    catalog.remove(factory);
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
    return new RuleReader(catalog, clock.getZone()).read(text);
  }

  @Override
  public RuleText parseWords(List<String> words) throws RuleSyntaxException {
    return new RuleReader(catalog, clock.getZone()).readWords(words);
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
  public List<String> attributes() {
    return catalog.names();
  }
}
