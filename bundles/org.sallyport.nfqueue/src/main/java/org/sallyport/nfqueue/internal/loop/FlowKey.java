// SPDX-License-Identifier: Apache-2.0
package org.sallyport.nfqueue.internal.loop;

import org.sallyport.api.packet.Flow;

/**
 * What packets must share to wait for the same answer: flow, interface and the socket that sent
 * them.
 *
 * @param flow the flow
 * @param interfaceIndex the interface they leave by
 * @param socket the socket's cookie
 * @param only 0, or the id of the one packet this key is for, where nothing proves that another
 *     packet comes from the same sender
 */
record FlowKey(Flow flow, int interfaceIndex, long socket, long only) {}
