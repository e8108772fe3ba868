// SPDX-License-Identifier: Apache-2.0
package org.sallyport.engine.internal.attribute;

import java.util.function.Function;

/**
 * What a criterion needs from this host while it is compiled.
 *
 * @param names users and groups
 * @param files a path's file on this host
 */
public record Lookups(NameResolver names, Function<String, HostFile> files) {

  /** Asks nobody: for looking at a criterion without using it. */
  public static final Lookups NONE =
      new Lookups(
          new NameResolver() {
            @Override
            public long userId(String name) {
              return 0;
            }

            @Override
            public long groupId(String name) {
              return 0;
            }
          },
          HostFile::unresolved);
}
