// SPDX-License-Identifier: Apache-2.0
package org.sallyport.kernel.events;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Reads the messages of the kernel's proc connector (linux/cn_proc.h, linux/connector.h), all in
 * the host's byte order:
 *
 * <pre>
 *    0 nlmsghdr      16 index  20 value    24 sequence  28 ack  32 length  34 flags
 *   36 what          40 processor          44 time, ns
 *   52 fork: parent thread  56 parent  60 child thread  64 child
 *      exec, exit: thread   56 process
 *      none: error
 * </pre>
 *
 * <p>Each processor numbers its messages one by one, whatever they tell, so that a gap shows.
 * Confined to one thread at a time.
 */
final class EventDecoder {

  /** Of what it decodes; the longest one is 76 bytes. */
  static final int MAX_LENGTH = 128;

  static final int NONE = 0;
  static final int FORK = 1;
  static final int EXEC = 2;
  static final int EXIT = 0x8000_0000;

  private static final int INDEX_AT = 16;
  private static final int VALUE_AT = 20;
  private static final int SEQUENCE_AT = 24;
  private static final int ACK_AT = 28;
  private static final int WHAT_AT = 36;
  private static final int PROCESSOR_AT = 40;
  private static final int TIME_AT = 44;
  private static final int DATA_AT = 52;
  private static final int LEAST_LENGTH = DATA_AT + 16;
  private static final int MAX_PROCESSORS = 1 << 14;
  private static final int NO_PROCESSOR = -1; // an answer, before Linux 6.6
  private static final long NO_NUMBER = -1;
  private static final long NUMBER_MASK = 0xffff_ffffL;

  private final EventSink sink;
  private long[] next = new long[0];

  EventDecoder(EventSink sink) {
    this.sink = sink;
  }

  /** Tells the sink what a message says; what is no message is something lost. */
  void decode(ByteBuffer message, int length) {
    if (length < LEAST_LENGTH || message.getInt(INDEX_AT) != 1 || message.getInt(VALUE_AT) != 1) {
      sink.lost();
      return;
    }
    int what = message.getInt(WHAT_AT);
    int processor = message.getInt(PROCESSOR_AT);
    if (what != NONE || processor != NO_PROCESSOR) {
      checkNumber(processor, message.getInt(SEQUENCE_AT) & NUMBER_MASK);
    }
    long timeNs = message.getLong(TIME_AT);
    int thread = message.getInt(DATA_AT);
    int process = message.getInt(DATA_AT + 4);
    switch (what) {
      case FORK -> fork(process, message.getInt(DATA_AT + 8), message.getInt(DATA_AT + 12), timeNs);
      case EXEC -> sink.executed(process, timeNs);
      case EXIT -> sink.ended(process, thread == process, timeNs);
      default -> {} // answers, users, sessions, names, traces
    }
  }

  private void fork(int parent, int thread, int process, long timeNs) {
    if (thread == process) { // else a thread of a process that is known
      sink.forked(process, parent, timeNs);
    }
  }

  private void checkNumber(int processor, long number) {
    if (processor < 0 || processor >= MAX_PROCESSORS) {
      sink.lost();
      return;
    }
    if (processor >= next.length) {
      int known = next.length;
      next = Arrays.copyOf(next, Math.max(processor + 1, 2 * known));
      Arrays.fill(next, known, next.length, NO_NUMBER);
    }
    if (next[processor] != NO_NUMBER && next[processor] != number) {
      sink.lost();
    }
    next[processor] = (number + 1) & NUMBER_MASK;
  }

  /** Whether this answers the request of a number. */
  static boolean isAnswer(ByteBuffer message, int length, int number) {
    return length >= LEAST_LENGTH
        && message.getInt(WHAT_AT) == NONE
        && message.getInt(ACK_AT) == number + 1;
  }

  /** The error in an answer, 0 if there is none. */
  static int error(ByteBuffer answer) {
    return answer.getInt(DATA_AT);
  }
}
