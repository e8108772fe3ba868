// SPDX-License-Identifier: Apache-2.0
package org.sallyport.nfqueue.internal;

import java.net.URL;
import java.util.Collections;
import java.util.Enumeration;
import java.util.OptionalInt;
import java.util.Set;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.sallyport.api.backend.Backend;
import org.sallyport.api.backend.BackendContext;
import org.sallyport.api.backend.BackendException;
import org.sallyport.api.backend.BackendHealth;
import org.sallyport.api.backend.Enforcement;
import org.sallyport.api.packet.Direction;
import org.sallyport.codec.classes.ClassWarmUp;
import org.sallyport.netfilter.frame.Frame;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Registers the backend {@code nfqueue}. Stopping it never removes rules. */
@Component(service = Backend.class)
public final class NfqueueComponent implements Backend {

  private static final Logger LOG = LoggerFactory.getLogger(NfqueueComponent.class);

  private final NfqueueBackend backend;

  /**
   * Readies every class, for an agent that ends may outlive this bundle's wiring; starts nothing
   * yet.
   *
   * @param context this bundle's context
   * @param frame where the rules are that lead to the queue
   */
  @Activate
  public NfqueueComponent(BundleContext context, @Reference Frame frame) {
    Enumeration<URL> classes = context.getBundle().findEntries("/", "*.class", true);
    new ClassWarmUp("org.sallyport")
        .load(Collections.list(classes), NfqueueComponent.class.getClassLoader());
    backend = new NfqueueBackend(frame, LOG::warn);
  }

  /** Leaves the queues for the next instance; if none comes, the fail mode no-listener holds. */
  @Deactivate
  public void stop() {
    backend.handOver();
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
  public void retire() throws BackendException {
    backend.retire();
  }

  @Override
  public void enforce(BackendContext context, Enforcement order) throws BackendException {
    backend.enforce(context, order);
  }

  @Override
  public void disarm() throws BackendException {
    backend.disarm();
  }

  @Override
  public boolean wantsAnotherTry() {
    return backend.wantsAnotherTry();
  }

  @Override
  public BackendHealth health() {
    return backend.health();
  }
}
