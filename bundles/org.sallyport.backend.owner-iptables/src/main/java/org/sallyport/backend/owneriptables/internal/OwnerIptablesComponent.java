// SPDX-License-Identifier: Apache-2.0
package org.sallyport.backend.owneriptables.internal;

import java.net.URL;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.sallyport.api.backend.Backend;
import org.sallyport.api.backend.BackendContext;
import org.sallyport.api.backend.BackendException;
import org.sallyport.api.backend.BackendHealth;
import org.sallyport.api.backend.Enforcement;
import org.sallyport.api.backend.KernelCounts;
import org.sallyport.api.decision.Expressiveness;
import org.sallyport.api.packet.Direction;
import org.sallyport.codec.classes.ClassWarmUp;
import org.sallyport.netfilter.frame.Frame;

/** Registers the backend {@code owner-iptables}. Stopping it never removes rules. */
@Component(service = Backend.class)
public final class OwnerIptablesComponent implements Backend {

  private final OwnerIptablesBackend backend;

  /**
   * Readies every class, for a call may still run while this bundle's wiring goes; changes nothing
   * yet.
   *
   * @param context this bundle's context
   * @param frame where the rules meet those of the other backends
   */
  @Activate
  public OwnerIptablesComponent(BundleContext context, @Reference Frame frame) {
    Enumeration<URL> classes = context.getBundle().findEntries("/", "*.class", true);
    new ClassWarmUp("org.sallyport")
        .load(Collections.list(classes), OwnerIptablesComponent.class.getClassLoader());
    backend = new OwnerIptablesBackend(frame);
  }

  @Override
  public String name() {
    return backend.name();
  }

  @Override
  public Set<Direction> directions() {
    return backend.directions();
  }

  @Override
  public Optional<Expressiveness> expressiveness() {
    return backend.expressiveness();
  }

  @Override
  public OptionalInt generationInKernel() throws BackendException {
    return backend.generationInKernel();
  }

  @Override
  public void guard(BackendContext context, Enforcement order) throws BackendException {
    backend.guard(context, order);
  }

  @Override
  public void prepare(BackendContext context, Enforcement order) throws BackendException {
    backend.prepare(context, order);
  }

  @Override
  public void enforce(BackendContext context, Enforcement order) throws BackendException {
    backend.enforce(context, order);
  }

  @Override
  public void retire() throws BackendException {
    backend.retire();
  }

  @Override
  public void disarm() throws BackendException {
    backend.disarm();
  }

  @Override
  public KernelCounts counts() throws BackendException {
    return backend.counts();
  }

  @Override
  public List<String> describe(BackendContext context, Enforcement order) {
    return backend.describe(context, order);
  }

  @Override
  public BackendHealth health() {
    return backend.health();
  }
}
