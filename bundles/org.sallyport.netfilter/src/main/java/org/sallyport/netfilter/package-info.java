// SPDX-License-Identifier: Apache-2.0
/**
 * Typed iptables rules and the one service that writes them. A rule set goes in, one committed
 * change per table and family comes out; it is read back, and nobody else's rules are touched.
 * Everything printed for iptables comes from the values of this package, which check themselves.
 */
@Export(attribute = {"sallyport=ground", "mandatory:=sallyport"})
@Version("1.0.0")
package org.sallyport.netfilter;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
