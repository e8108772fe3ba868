// SPDX-License-Identifier: Apache-2.0
package org.sallyport.control.internal;

/**
 * Who connected.
 *
 * @param user the user's name, or the uid where it has none
 * @param access what the user may do
 */
record Peer(String user, Access access) {}
