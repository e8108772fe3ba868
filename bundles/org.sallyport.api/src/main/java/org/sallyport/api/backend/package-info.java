// SPDX-License-Identifier: Apache-2.0
/**
 * Enforcement: the service interface of what carries decisions into the kernel, and the bridges it
 * shares with the control plane.
 */
@Export
@Version("1.1.0")
package org.sallyport.api.backend;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
