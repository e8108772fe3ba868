// SPDX-License-Identifier: Apache-2.0
/** The backend {@code nfqueue}: joins the chains in the kernel and the agent behind the queue. */
package org.sallyport.nfqueue.internal;
