// SPDX-License-Identifier: Apache-2.0
/** Rules as a person writes them and as stores keep them; the service interface of stores. */
@Export
@Version("1.0.0")
package org.sallyport.api.rule;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
