// SPDX-License-Identifier: Apache-2.0
package org.sallyport.core.internal;

import java.nio.file.Path;

/**
 * Where everything of this daemon lies.
 *
 * @param etc a person's files
 * @param state what must survive a restart
 */
record Folders(Path etc, Path state) {

  /** The folders the launcher named in system properties. */
  static Folders ofSystemProperties() {
    return new Folders(
        Path.of(System.getProperty("sallyport.etc", "/etc/sallyport")),
        Path.of(System.getProperty("sallyport.state", "/var/lib/sallyport")));
  }
}
