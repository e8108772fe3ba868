// SPDX-License-Identifier: Apache-2.0
/**
 * Three-valued matching: the service interface through which an attribute that is not built in
 * becomes a criterion.
 */
@Export
@Version("1.0.0")
package org.sallyport.api.match;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
