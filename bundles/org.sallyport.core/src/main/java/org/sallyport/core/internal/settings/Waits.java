// SPDX-License-Identifier: Apache-2.0
package org.sallyport.core.internal.settings;

import java.time.Duration;
import java.util.List;
import java.util.Objects;

/**
 * What is waited for, and how long.
 *
 * @param stores the stores that must be up before the first policy is published
 * @param providers attributes, or the name spaces before their first dot, that must be known before
 *     the first policy is published
 * @param bootDeadline how long to wait for them
 * @param swapGrace how long a part may be away before that changes anything, 1 to 60 s
 */
public record Waits(
    List<String> stores, List<String> providers, Duration bootDeadline, Duration swapGrace) {

  /** What holds on a first start. */
  static final Waits FIRST_START =
      new Waits(
          List.of("file", "memory"), List.of(), Duration.ofSeconds(10), Duration.ofSeconds(5));

  /** Refuses null and copies the collections. */
  public Waits {
    stores = List.copyOf(stores);
    providers = List.copyOf(providers);
    Objects.requireNonNull(bootDeadline, "bootDeadline");
    Objects.requireNonNull(swapGrace, "swapGrace");
  }

  Waits withStores(List<String> changed) {
    return new Waits(changed, providers, bootDeadline, swapGrace);
  }

  Waits withProviders(List<String> changed) {
    return new Waits(stores, changed, bootDeadline, swapGrace);
  }

  Waits withBootDeadline(Duration changed) {
    return new Waits(stores, providers, changed, swapGrace);
  }

  Waits withSwapGrace(Duration changed) {
    return new Waits(stores, providers, bootDeadline, changed);
  }
}
