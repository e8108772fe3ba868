// SPDX-License-Identifier: Apache-2.0
package org.sallyport.api.admin;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * Marks a shell command that changes nothing, whatever its arguments. Only such commands may be run
 * through the control socket by members of the group {@code sallyport}; a command without the mark
 * is for root.
 */
@ConsumerType
public interface ReadOnlyCommand {}
