// SPDX-License-Identifier: Apache-2.0
package org.sallyport.engine.internal;

import java.net.URL;
import java.time.Clock;
import java.time.ZoneId;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.sallyport.api.decision.Compilation;
import org.sallyport.api.decision.Hypothesis;
import org.sallyport.api.decision.PolicyEngine;
import org.sallyport.api.decision.PolicySource;
import org.sallyport.api.decision.RuleSyntaxException;
import org.sallyport.api.match.MatcherFactory;
import org.sallyport.api.rule.RuleText;
import org.sallyport.codec.classes.ClassWarmUp;
import org.sallyport.engine.internal.names.HostNames;

/** The engine as a service. One thread looks once a second which files rules' paths lead to. */
@Component(service = PolicyEngine.class)
public final class EngineComponent implements PolicyEngine {

  private static final long FILES_INTERVAL_MS = 1_000;

  private final Engine engine;
  private final ScheduledExecutorService files;
  private final ScheduledFuture<?> renewal;

  /** Readies every class, so that snapshots outlive this bundle's wiring. */
  @Activate
  public EngineComponent(BundleContext context) {
    Enumeration<URL> classes = context.getBundle().findEntries("/", "*.class", true);
    new ClassWarmUp("org.sallyport", "com.google.re2j")
        .load(Collections.list(classes), EngineComponent.class.getClassLoader());
    engine = new Engine(HostNames::new, Clock.system(ZoneId.systemDefault()));
    files =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, "sallyport-engine-files");
              thread.setDaemon(true);
              return thread;
            });
    renewal =
        files.scheduleWithFixedDelay(
            engine::renewFiles, FILES_INTERVAL_MS, FILES_INTERVAL_MS, TimeUnit.MILLISECONDS);
  }

  /** Stops looking at files; snapshots go on. */
  @Deactivate
  void deactivate() {
    renewal.cancel(false);
    files.shutdown();
  }

  /** A factory counts from the next compilation on. */
  @Reference(
      cardinality = ReferenceCardinality.MULTIPLE,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  void bindFactory(MatcherFactory factory) {
    engine.add(factory);
  }

  /** What was compiled with it stands until the next compilation. */
  void unbindFactory(MatcherFactory factory) {
    engine.remove(factory);
  }

  @Override
  public Compilation compile(PolicySource source) {
    return engine.compile(source);
  }

  @Override
  public RuleText parse(String text) throws RuleSyntaxException {
    return engine.parse(text);
  }

  @Override
  public RuleText parseWords(List<String> words) throws RuleSyntaxException {
    return engine.parseWords(words);
  }

  @Override
  public String print(RuleText rule) {
    return engine.print(rule);
  }

  @Override
  public Hypothesis parseFlow(List<String> words) throws RuleSyntaxException {
    return engine.parseFlow(words);
  }

  @Override
  public List<String> attributes() {
    return engine.attributes();
  }
}
