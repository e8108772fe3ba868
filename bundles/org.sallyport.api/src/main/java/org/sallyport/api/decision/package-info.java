// SPDX-License-Identifier: Apache-2.0
/**
 * What the policy says about one flow: snapshots, decisions, explanations, and the service
 * interface of the engine that makes them.
 */
@Export
@Version("1.1.0")
package org.sallyport.api.decision;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
