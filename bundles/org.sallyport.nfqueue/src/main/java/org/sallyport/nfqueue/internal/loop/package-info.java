// SPDX-License-Identifier: Apache-2.0
/**
 * The packet plane: one agent per queue, which judges packets without locks, logs or garbage. Plain
 * Java: neither OSGi nor a log is known here. Start reading at {@link
 * org.sallyport.nfqueue.internal.loop.NfqueueAgent}.
 */
package org.sallyport.nfqueue.internal.loop;
