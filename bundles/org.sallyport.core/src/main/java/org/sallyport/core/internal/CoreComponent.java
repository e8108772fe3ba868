// SPDX-License-Identifier: Apache-2.0
package org.sallyport.core.internal;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import org.osgi.annotation.bundle.Capability;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleEvent;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceRegistration;
import org.osgi.framework.SynchronousBundleListener;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.sallyport.api.admin.ControlEndpoint;
import org.sallyport.api.admin.FirewallAdmin;
import org.sallyport.api.backend.Backend;
import org.sallyport.api.backend.Leases;
import org.sallyport.api.decision.PolicyEngine;
import org.sallyport.api.event.EventSink;
import org.sallyport.api.rule.RuleStore;
import org.sallyport.api.subject.SubjectSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Translates OSGi life into calls on {@link Daemon} and {@link Parts}. The façade and the leases
 * are registered by hand, once the daemon stands, so their capabilities are declared by hand.
 */
@Component(
    immediate = true,
    service = {})
@Capability(
    namespace = "osgi.service",
    attribute = "objectClass:List<String>=\"org.sallyport.api.admin.FirewallAdmin\"",
    uses = FirewallAdmin.class)
@Capability(
    namespace = "osgi.service",
    attribute = "objectClass:List<String>=\"org.sallyport.api.backend.Leases\"",
    uses = Leases.class)
public final class CoreComponent {

  private static final Logger LOG = LoggerFactory.getLogger(CoreComponent.class);

  private final Parts parts = new Parts();
  private final BundleContext context;
  private final Daemon daemon;
  private final ServiceRegistration<FirewallAdmin> registration;
  private final ServiceRegistration<Leases> leases;
  private final SynchronousBundleListener frameworkStops;

  /**
   * Starts the daemon.
   *
   * @param context this bundle's context
   * @throws IOException if settings or state cannot be read; the daemon then ends, since running
   *     without them could open what they close
   */
  @Activate
  public CoreComponent(BundleContext context) throws IOException {
    this.context = context;
    boolean armAllowed = !System.getProperty("sallyport.arm", "yes").equals("no");
    try {
      daemon = new Daemon(parts, Folders.ofSystemProperties(), armAllowed, new ReadyLine());
    } catch (IOException e) {
      LOG.error("{}", e.getMessage());
      stopFramework();
      throw e;
    }
    frameworkStops = this::bundleChanged;
    context.addBundleListener(frameworkStops);
    TerminationSignal.handle(this::stopFramework);
    leases = context.registerService(Leases.class, daemon.firewall().leases(), null);
    registration = context.registerService(FirewallAdmin.class, daemon.administration(), null);
  }

  /** Stops the control thread; the rules in the kernel stay. */
  @Deactivate
  void deactivate() {
    context.removeBundleListener(frameworkStops);
    registration.unregister();
    leases.unregister();
    daemon.close();
  }

  private void bundleChanged(BundleEvent event) {
    if (event.getType() == BundleEvent.STOPPING && event.getBundle().getBundleId() == 0) {
      daemon.shutDown();
    }
  }

  private void stopFramework() {
    try {
      context.getBundle(Constants.SYSTEM_BUNDLE_LOCATION).stop();
    } catch (BundleException e) {
      LOG.error("the framework did not stop", e);
    }
  }

  @Reference(
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  void bindEngine(PolicyEngine engine) {
    engine.swapGrace(daemon.firewall().settings().current().waits().swapGrace());
    engine.onChange(daemon::partsChanged);
    parts.engine(Optional.of(engine));
    daemon.partsChanged();
  }

  void unbindEngine(PolicyEngine engine) {
    parts.engineLeft(engine);
    daemon.partLeft();
    daemon.awaitReaders("the engine");
  }

  @Reference(
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  void bindEndpoint(ControlEndpoint endpoint) {
    parts.endpoint(Optional.of(endpoint));
    daemon.partsChanged();
  }

  void unbindEndpoint(ControlEndpoint endpoint) {
    parts.endpointLeft(endpoint);
  }

  @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
  void bindStore(RuleStore store) {
    store.open(changed -> daemon.partsChanged());
    parts.add(store);
    daemon.partsChanged();
  }

  void unbindStore(RuleStore store) {
    parts.remove(store);
    store.close();
    daemon.partLeft();
  }

  @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
  void bindBackend(Backend backend) {
    parts.add(backend);
    daemon.partsChanged();
  }

  void unbindBackend(Backend backend) {
    parts.remove(backend);
    daemon.partLeft();
  }

  @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
  void bindSource(SubjectSource source, Map<String, Object> properties) {
    Object ranking = properties.get(Constants.SERVICE_RANKING);
    parts.sources().add(source, ranking instanceof Integer number ? number : 0);
    daemon.partsChanged();
  }

  void unbindSource(SubjectSource source) {
    parts.sources().remove(source);
    daemon.partLeft();
    daemon.awaitReaders("the source of subjects " + source.name());
  }

  @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
  void bindSink(EventSink sink) {
    daemon.firewall().events().add(sink);
  }

  void unbindSink(EventSink sink) {
    daemon.firewall().events().remove(sink);
  }
}
