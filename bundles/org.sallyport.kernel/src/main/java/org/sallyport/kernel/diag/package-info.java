// SPDX-License-Identifier: Apache-2.0
/** Looking up one socket by its exact addresses. */
@Export(attribute = {"sallyport=ground", "mandatory:=sallyport"})
@Version("1.0.0")
package org.sallyport.kernel.diag;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
