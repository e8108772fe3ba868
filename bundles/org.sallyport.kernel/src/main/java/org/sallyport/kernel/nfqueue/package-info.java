// SPDX-License-Identifier: Apache-2.0
/** Owning a netfilter queue: binding, settings, verdicts, statistics. */
@Export(attribute = {"sallyport=ground", "mandatory:=sallyport"})
@Version("1.0.0")
package org.sallyport.kernel.nfqueue;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
