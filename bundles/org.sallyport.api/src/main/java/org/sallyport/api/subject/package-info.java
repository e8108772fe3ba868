// SPDX-License-Identifier: Apache-2.0
/**
 * Who is behind a flow: facts about a process and its surroundings, each with where it was learnt
 * from, and the service interface of the sources that find them.
 */
@Export
@Version("1.1.0")
package org.sallyport.api.subject;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
