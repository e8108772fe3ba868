// SPDX-License-Identifier: Apache-2.0
package org.sallyport.kernel.proc;

/**
 * A process that holds a socket.
 *
 * @param pid its id
 * @param startTimeTicks when it started; with the id it names the process for good
 * @param descriptor the descriptor that is the socket
 */
public record SocketHolder(int pid, long startTimeTicks, int descriptor) {}
