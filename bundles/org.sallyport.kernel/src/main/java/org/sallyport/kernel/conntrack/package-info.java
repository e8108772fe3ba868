// SPDX-License-Identifier: Apache-2.0
/** The kernel's table of connections. */
@Export(attribute = {"sallyport=ground", "mandatory:=sallyport"})
@Version("1.0.0")
package org.sallyport.kernel.conntrack;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
