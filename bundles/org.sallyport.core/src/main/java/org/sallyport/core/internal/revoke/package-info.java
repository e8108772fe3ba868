// SPDX-License-Identifier: Apache-2.0
/** Ends flows that ran when a policy came into force that does not allow them. */
package org.sallyport.core.internal.revoke;
