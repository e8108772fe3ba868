// SPDX-License-Identifier: Apache-2.0
package org.sallyport.core.internal;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns SIGTERM into an orderly stop of the framework, after which the JVM ends by itself with
 * status 0; a JVM that is left to handle SIGTERM ends with 143. {@code sun.misc.Signal} (module
 * jdk.unsupported) has no substitute in the JDK; reached by reflection, since it is not visible to
 * bundles.
 */
final class TerminationSignal {

  private static final Logger LOG = LoggerFactory.getLogger(TerminationSignal.class);

  private TerminationSignal() {}

  /** Installs the handler; if that is not possible, SIGTERM still stops, with status 143. */
  static void handle(Runnable stop) {
    try {
      ClassLoader system = ClassLoader.getSystemClassLoader();
      Class<?> signal = Class.forName("sun.misc.Signal", true, system);
      Class<?> handler = Class.forName("sun.misc.SignalHandler", true, system);
      InvocationHandler invocation =
          (proxy, method, arguments) ->
              switch (method.getName()) {
                case "handle" -> {
                  new Thread(stop, "sallyport-stop").start();
                  yield null;
                }
                case "equals" -> proxy == arguments[0];
                case "hashCode" -> System.identityHashCode(proxy);
                default -> "sallyport's SIGTERM handler";
              };
      Object proxy = Proxy.newProxyInstance(system, new Class<?>[] {handler}, invocation);
      signal
          .getMethod("handle", signal, handler)
          .invoke(null, signal.getConstructor(String.class).newInstance("TERM"), proxy);
    } catch (ReflectiveOperationException | IllegalArgumentException e) {
      LOG.warn("SIGTERM will end the daemon with status 143 instead of 0", e);
    }
  }
}
