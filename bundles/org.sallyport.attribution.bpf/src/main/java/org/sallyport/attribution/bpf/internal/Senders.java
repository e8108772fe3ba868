// SPDX-License-Identifier: Apache-2.0
package org.sallyport.attribution.bpf.internal;

/**
 * What finds the sender of a packet; all parts are thread-safe.
 *
 * @param pairing finds a packet's record
 * @param running finds the file its sender runs
 * @param handedOn knows whom the next source must not be believed about
 */
record Senders(Pairing pairing, Running running, HandedOn handedOn) {}
