// SPDX-License-Identifier: Apache-2.0
package org.sallyport.api.admin;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * The place where clients are answered, registered as an OSGi service once it answers; the daemon
 * is not ready before.
 */
@ConsumerType
public interface ControlEndpoint {

  /**
   * Where clients connect.
   *
   * @return a socket's path, for people
   */
  String address();
}
