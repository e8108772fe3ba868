// SPDX-License-Identifier: Apache-2.0
/** What was decided, for people and machines to read; the service interface of sinks. */
@Export
@Version("1.0.0")
package org.sallyport.api.event;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
