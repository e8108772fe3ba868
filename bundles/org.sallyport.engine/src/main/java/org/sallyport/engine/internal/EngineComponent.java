// SPDX-License-Identifier: Apache-2.0
package org.sallyport.engine.internal;

import java.net.URL;
import java.time.Clock;
import java.time.ZoneId;
import java.util.Collections;
import java.util.Enumeration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.sallyport.api.decision.PolicyEngine;
import org.sallyport.api.match.MatcherFactory;
import org.sallyport.codec.classes.ClassWarmUp;
import org.sallyport.engine.internal.names.HostNames;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The engine as a service. One thread looks once a second which files rules' paths lead to. */
@Component(service = PolicyEngine.class)
public final class EngineComponent extends Engine {

  private static final Logger LOG = LoggerFactory.getLogger(EngineComponent.class);
  private static final long FILES_INTERVAL_MS = 1_000;
  private static final long PLUGINS_INTERVAL_MS = 200;

  private final ScheduledExecutorService clock;

  /** Readies every class, so that snapshots outlive this bundle's wiring. */
  @Activate
  public EngineComponent(BundleContext context) {
    super(HostNames::new, Clock.system(ZoneId.systemDefault()));
    Enumeration<URL> classes = context.getBundle().findEntries("/", "*.class", true);
    new ClassWarmUp("org.sallyport", "com.google.re2j")
        .load(Collections.list(classes), EngineComponent.class.getClassLoader());
    clock =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, "sallyport-engine");
              thread.setDaemon(true);
              return thread;
            });
    every(FILES_INTERVAL_MS, this::renewFiles);
    every(PLUGINS_INTERVAL_MS, this::expirePlugins);
  }

  private void every(long intervalMs, Runnable work) {
    Runnable guarded =
        () -> {
          try {
            work.run();
          } catch (RuntimeException | LinkageError e) { // would end the repetition
            LOG.error("the engine's upkeep failed", e);
          }
        };
    ScheduledFuture<?> unused =
        clock.scheduleWithFixedDelay(guarded, intervalMs, intervalMs, TimeUnit.MILLISECONDS);
  }

  /** Stops looking at files; snapshots go on. */
  @Deactivate
  void deactivate() {
    clock.shutdownNow();
  }

  /** A factory's attributes count from now on. */
  @Reference(
      cardinality = ReferenceCardinality.MULTIPLE,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  void bindFactory(MatcherFactory factory, ServiceReference<MatcherFactory> reference) {
    add(factory, PluginIdentities.of(reference));
  }

  /** Its criteria wait for it; returns once nothing of it is running, or after two seconds. */
  void unbindFactory(MatcherFactory factory) {
    remove(factory);
  }
}
