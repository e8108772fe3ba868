// SPDX-License-Identifier: Apache-2.0
/** The façade that commands talk to: reading and changing the firewall. */
@Export
@Version("1.1.0")
package org.sallyport.api.admin;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
