// SPDX-License-Identifier: Apache-2.0
package org.sallyport.kernel.proc;

/**
 * How searches went since the start.
 *
 * @param hits lookups answered from what was found before, verified
 * @param stale remembered holders that were no longer right
 * @param candidateHits searches answered by a process that matched lately
 * @param walks searches that went through all processes
 * @param shared sockets held by processes that run different files
 * @param notFound sockets without a holder
 * @param timedOut searches that reached their deadline
 */
public record SearchCounters(
    long hits,
    long stale,
    long candidateHits,
    long walks,
    long shared,
    long notFound,
    long timedOut) {}
