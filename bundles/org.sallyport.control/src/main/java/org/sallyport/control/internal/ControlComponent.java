// SPDX-License-Identifier: Apache-2.0
package org.sallyport.control.internal;

import java.io.IOException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;
import java.util.Collections;
import java.util.Optional;
import org.apache.karaf.shell.api.console.SessionFactory;
import org.osgi.annotation.bundle.Capability;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.sallyport.api.admin.ControlEndpoint;
import org.sallyport.api.backend.Leases;

/**
 * Opens the control socket. {@link ControlEndpoint} is registered by hand, since a declared service
 * would be visible before the socket is bound and the commands are there.
 */
@Component(service = {})
@Capability(
    namespace = "osgi.service",
    effective = "active",
    uses = ControlEndpoint.class,
    attribute = "objectClass:List<String>=\"org.sallyport.api.admin.ControlEndpoint\"")
public final class ControlComponent {

  private static final String RUN_PROPERTY = "sallyport.run";
  private static final String DEFAULT_RUN = "/run/sallyport";
  private static final String READERS = "sallyport";

  private final BundleContext context;
  private final Leases leases;
  private final ControlServer server;
  private Optional<ServiceRegistration<ControlEndpoint>> registration = Optional.empty();
  private boolean closed;

  /**
   * Binds, listens and tells.
   *
   * @param context the bundle's own
   * @param factory makes the sessions that commands run in
   * @param leases where an instance leaves the socket for the next
   * @throws IOException if the socket cannot be opened safely
   */
  @Activate
  public ControlComponent(
      BundleContext context, @Reference SessionFactory factory, @Reference Leases leases)
      throws IOException {
    this.context = context;
    this.leases = leases;
    loadAll(context.getBundle());
    String run = context.getProperty(RUN_PROPERTY);
    UserPrincipal root = root(Path.of("/proc/1"));
    ReaderGroup readers = new ReaderGroup(READERS);
    Path folder = Path.of(run == null ? DEFAULT_RUN : run);
    Optional<ControlSocket> left = ControlSocket.adopt(folder, leases);
    ControlSocket socket =
        left.isPresent() ? left.get() : ControlSocket.open(folder, root, readers.principal());
    server =
        new ControlServer(
            socket, new PeerPolicy(root, readers), factory, ControlServer.Limits.USUAL);
    server.start();
    server.whenAnswering(() -> register(context));
  }

  /** Clients are served to the end also after this bundle was replaced, without its jar. */
  private static void loadAll(Bundle bundle) throws IOException {
    try {
      for (URL file : Collections.list(bundle.findEntries("/", "*.class", true))) {
        String name = file.getPath().substring(1).replace(".class", "").replace('/', '.');
        if (!name.endsWith("package-info")) {
          Class<?> unused = Class.forName(name, true, ControlComponent.class.getClassLoader());
        }
      }
    } catch (ClassNotFoundException | LinkageError e) {
      throw new IOException("a class of this bundle cannot be loaded: " + e, e);
    }
  }

  private synchronized void register(BundleContext context) {
    if (!closed) {
      registration = Optional.of(context.registerService(ControlEndpoint.class, server, null));
    }
  }

  /** The user 0 as the JDK's principal, which is made from a file of known numeric owner. */
  private static UserPrincipal root(Path file) throws IOException {
    if (!Integer.valueOf(0)
        .equals(Files.getAttribute(file, "unix:uid", LinkOption.NOFOLLOW_LINKS))) {
      throw new IOException(
          file + " does not belong to uid 0; the daemon needs a /proc of its own");
    }
    return Files.getOwner(file, LinkOption.NOFOLLOW_LINKS);
  }

  /**
   * Withdraws the service, then leaves the socket to who comes next; removes it if nobody will.
   *
   * @throws IOException if the socket cannot be removed
   */
  @Deactivate
  public void close() throws IOException {
    withdraw();
    if (context.getBundle(Constants.SYSTEM_BUNDLE_LOCATION).getState() == Bundle.STOPPING) {
      server.close();
    } else {
      server.handOver(leases);
    }
  }

  private synchronized void withdraw() {
    closed = true;
    registration.ifPresent(ServiceRegistration::unregister);
  }
}
