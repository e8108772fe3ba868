// SPDX-License-Identifier: Apache-2.0
/** Netlink sockets, batch receiving and waiting, without allocation after set-up. */
@Export(attribute = {"sallyport=ground", "mandatory:=sallyport"})
@Version("1.0.0")
package org.sallyport.kernel.netlink;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
