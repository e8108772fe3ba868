// SPDX-License-Identifier: Apache-2.0
/**
 * The frame that holds whatever decides: claims are taken away, running flows and the safe set are
 * known, the gate keeps back what has no proof. Backends stage their sections, one commit writes
 * them together, so that the kernel never holds the new part of one and the old part of another.
 */
@Export(attribute = {"sallyport=ground", "mandatory:=sallyport"})
@Version("1.0.0")
package org.sallyport.netfilter.frame;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
