// SPDX-License-Identifier: Apache-2.0
package org.sallyport.nfqueue.internal.loop;

/** Which of the agent's two queues a packet is in. */
enum Lane {
  /** Where our rules lead: a packet leaves it in the cycle it came in. */
  FAST,
  /** Where packets wait: for an answer about their flow, or for the first policy. */
  PARKING
}
