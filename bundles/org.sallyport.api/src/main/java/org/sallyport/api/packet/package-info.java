// SPDX-License-Identifier: Apache-2.0
/**
 * What a packet says about the conversation it belongs to: addresses, ports, protocol and
 * direction. Values are immutable; views are borrowed for the length of one call.
 */
@Export
@Version("1.1.0")
package org.sallyport.api.packet;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
