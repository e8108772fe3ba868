// SPDX-License-Identifier: Apache-2.0
package org.sallyport.kernel.events;

/** Is told what becomes of processes. Times are those of {@link System#nanoTime}. */
interface EventSink {

  /** A process was made; by whom, and not who looks after it later. */
  void forked(int process, int parent, long timeNs);

  /** A process became another program. */
  void executed(int process, long timeNs);

  /** A process ended, or one of its threads after its first one had. */
  void ended(int process, boolean firstThread, long timeNs);

  /** Something was not told. */
  void lost();
}
