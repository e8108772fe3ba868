// SPDX-License-Identifier: Apache-2.0
/** What the kernel's nf_tables says of itself. */
@Export(attribute = {"sallyport=ground", "mandatory:=sallyport"})
@Version("1.0.0")
package org.sallyport.kernel.nftables;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
