// SPDX-License-Identifier: Apache-2.0
package org.sallyport.control.internal;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.sallyport.api.backend.Leases;

/** Keeps what is left for as long as the test runs. */
final class TestLeases implements Leases {

  private final Map<String, AutoCloseable> left = new ConcurrentHashMap<>();

  @Override
  public void leave(String name, AutoCloseable resource) {
    left.put(name, resource);
  }

  @Override
  public Optional<AutoCloseable> adopt(String name) {
    return Optional.ofNullable(left.remove(name));
  }
}
