// SPDX-License-Identifier: Apache-2.0
package org.sallyport.engine.internal.attribute;

import java.util.Set;
import java.util.TreeSet;
import org.sallyport.api.rule.Criterion;

/** Tells which executables of the host can match a criterion, for an index. */
public final class ExecutablePaths {

  private ExecutablePaths() {}

  /**
   * The paths a criterion with {@code =} is about, as written and without symbolic links. No other
   * path of a process in the host's mount namespace matches it, unless it leads to the same file;
   * see {@link HostFiles#knownByPathOnly}.
   */
  public static Set<String> of(Criterion criterion, Lookups lookups) {
    Set<String> paths = new TreeSet<>(criterion.values());
    for (String path : criterion.values()) {
      paths.add(lookups.files().apply(path).identity().path());
    }
    return paths;
  }
}
