// SPDX-License-Identifier: Apache-2.0
/** Reading {@code /proc}: processes, executables, socket holders. */
@Export(attribute = {"sallyport=ground", "mandatory:=sallyport"})
@Version("1.0.0")
package org.sallyport.kernel.proc;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
