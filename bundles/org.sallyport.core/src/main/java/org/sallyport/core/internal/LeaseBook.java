// SPDX-License-Identifier: Apache-2.0
package org.sallyport.core.internal;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.sallyport.api.backend.Leases;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps what backends leave for their next instance, for as long as the swap grace. */
final class LeaseBook implements Leases, AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(LeaseBook.class);

  private final Duration grace;
  private final Map<String, AutoCloseable> left = new HashMap<>();
  private final ScheduledThreadPoolExecutor timer =
      new ScheduledThreadPoolExecutor(1, LeaseBook::thread);

  LeaseBook(Duration grace) {
    this.grace = grace;
  }

  private static Thread thread(Runnable task) {
    Thread thread = new Thread(task, "sallyport-leases");
    thread.setDaemon(true);
    return thread;
  }

  @Override
  public void leave(String name, AutoCloseable resource) {
    AutoCloseable before;
    synchronized (left) {
      before = left.put(name, resource);
    }
    closeQuietly(name, before);
    Future<?> unused =
        timer.schedule(() -> end(name, resource), grace.toMillis(), TimeUnit.MILLISECONDS);
  }

  @Override
  public Optional<AutoCloseable> adopt(String name) {
    synchronized (left) {
      return Optional.ofNullable(left.remove(name));
    }
  }

  private void end(String name, AutoCloseable resource) {
    boolean unclaimed;
    synchronized (left) {
      unclaimed = left.remove(name, resource);
    }
    if (unclaimed) {
      LOG.error("{}: nobody took it over in time; it is closed", name);
      closeQuietly(name, resource);
    }
  }

  private static void closeQuietly(String name, AutoCloseable resource) {
    if (resource == null) {
      return;
    }
    try {
      resource.close();
    } catch (Exception e) { // what close() may throw is the resource's affair
      LOG.warn("{}: could not be closed", name, e);
    }
  }

  /** Closes what is left. */
  @Override
  public void close() {
    timer.shutdownNow();
    Map<String, AutoCloseable> rest;
    synchronized (left) {
      rest = new HashMap<>(left);
      left.clear();
    }
    rest.forEach(LeaseBook::closeQuietly);
  }
}
