// SPDX-License-Identifier: Apache-2.0
package org.sallyport.nfqueue.internal.loop;

/** What the gate says about a packet. */
enum PacketFault {
  /** It may go on. */
  NONE,
  /** It makes no sense, but a verdict can be given. */
  GARBLED,
  /** Not even its id can be read: nothing can be answered, the kernel keeps it waiting. */
  UNANSWERABLE
}
