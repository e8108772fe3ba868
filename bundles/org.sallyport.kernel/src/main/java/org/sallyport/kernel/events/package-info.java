// SPDX-License-Identifier: Apache-2.0
/** What becomes of processes, as the kernel tells it: who was forked, executed a file, ended. */
@Export(attribute = {"sallyport=ground", "mandatory:=sallyport"})
@Version("1.0.0")
package org.sallyport.kernel.events;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
