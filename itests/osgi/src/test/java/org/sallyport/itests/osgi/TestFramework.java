// SPDX-License-Identifier: Apache-2.0
package org.sallyport.itests.osgi;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.concurrent.TimeUnit;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.ServiceRegistration;
import org.osgi.framework.launch.Framework;
import org.osgi.framework.launch.FrameworkFactory;

/**
 * Felix with SCR and bundles of ours, disarmed. The API's packages come from the class path of the
 * test, so that the test can be a third party: what it registers is seen by our bundles.
 */
final class TestFramework implements AutoCloseable {

  private final Framework framework;
  private final Map<String, Bundle> ours = new HashMap<>();

  TestFramework(Path folder, String... names) throws IOException, BundleException {
    Path etc = Files.createDirectories(folder.resolve("etc"));
    Path state = Files.createDirectories(folder.resolve("state"));
    System.setProperty("sallyport.arm", "no");
    System.setProperty("sallyport.etc", etc.toString());
    System.setProperty("sallyport.state", state.toString());
    Map<String, String> settings =
        Map.of(
            Constants.FRAMEWORK_STORAGE,
            folder.resolve("cache").toString(),
            Constants.FRAMEWORK_SYSTEMPACKAGES_EXTRA,
            Jars.header(Jars.ours("org.sallyport.api"), Constants.EXPORT_PACKAGE)
                + ",sun.misc,sun.reflect");
    framework =
        ServiceLoader.load(FrameworkFactory.class).findFirst().orElseThrow().newFramework(settings);
    framework.start();
    for (Path jar : Jars.libraries()) {
      install(jar);
    }
    for (String name : names) {
      ours.put(name, install(Jars.ours("org.sallyport." + name)));
    }
    for (Bundle bundle : context().getBundles()) {
      if (bundle.getHeaders().get(Constants.FRAGMENT_HOST) == null) {
        bundle.start();
      }
    }
  }

  private Bundle install(Path jar) throws BundleException {
    return context().installBundle(jar.toUri().toString());
  }

  BundleContext context() {
    return framework.getBundleContext();
  }

  Bundle[] bundles() {
    return context().getBundles();
  }

  /** Our bundle of that short name. */
  Bundle bundle(String name) {
    return ours.get(name);
  }

  /** A service that is there, or comes soon. */
  <S> S service(Class<S> type) {
    Await.until(type + " is there", () -> context().getServiceReference(type) != null);
    ServiceReference<S> reference = context().getServiceReference(type);
    return context().getService(reference);
  }

  /** Registers a third party's service. */
  <S> ServiceRegistration<S> register(Class<S> type, S service, int ranking) {
    return register(type, service, Map.of(Constants.SERVICE_RANKING, ranking));
  }

  /** Registers a third party's service with properties. */
  <S> ServiceRegistration<S> register(Class<S> type, S service, Map<String, Object> properties) {
    return context().registerService(type, service, FrameworkUtil.asDictionary(properties));
  }

  @Override
  public void close() throws BundleException {
    framework.stop();
    try {
      framework.waitForStop(TimeUnit.SECONDS.toMillis(20));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
