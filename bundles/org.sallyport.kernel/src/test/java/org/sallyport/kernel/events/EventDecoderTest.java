// SPDX-License-Identifier: Apache-2.0
package org.sallyport.kernel.events;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class EventDecoderTest {

  private static final int LENGTH = 76;
  private static final int NAME = 0x200; // PROC_EVENT_COMM

  private final List<String> told = new ArrayList<>();
  private final EventDecoder decoder =
      new EventDecoder(
          new EventSink() {
            @Override
            public void forked(int process, int parent, long timeNs) {
              told.add("fork " + parent + " " + process + " " + timeNs);
            }

            @Override
            public void executed(int process, long timeNs) {
              told.add("exec " + process + " " + timeNs);
            }

            @Override
            public void ended(int process, boolean firstThread, long timeNs) {
              told.add("end " + process + " " + firstThread + " " + timeNs);
            }

            @Override
            public void lost() {
              told.add("lost");
            }
          });

  private static ByteBuffer message(int what, int processor, int number, int... data) {
    ByteBuffer message =
        ByteBuffer.allocateDirect(EventDecoder.MAX_LENGTH).order(ByteOrder.nativeOrder());
    message.putInt(16, 1).putInt(20, 1).putInt(24, number).putInt(36, what).putInt(40, processor);
    message.putLong(44, 5000 + number);
    for (int i = 0; i < data.length; i++) {
      message.putInt(52 + 4 * i, data[i]);
    }
    return message;
  }

  private void tell(int what, int processor, int number, int... data) {
    decoder.decode(message(what, processor, number, data), LENGTH);
  }

  @Test
  void shouldTellOfProcessesAndNotOfTheirThreads() {
    tell(EventDecoder.FORK, 0, 7, 11, 10, 20, 20);
    tell(EventDecoder.FORK, 0, 8, 11, 10, 12, 10);
    tell(EventDecoder.EXEC, 0, 9, 20, 20);
    tell(NAME, 0, 10, 20, 20);
    tell(EventDecoder.EXIT, 0, 11, 12, 10);
    tell(EventDecoder.EXIT, 0, 12, 20, 20);
    assertThat(told)
        .containsExactly(
            "fork 10 20 5007", "exec 20 5009", "end 10 false 5011", "end 20 true 5012");
  }

  @Test
  void shouldSeeThatSomethingIsMissingOnAnyProcessor() {
    tell(NAME, 0, 7, 1, 1);
    tell(NAME, 300, 900, 1, 1);
    tell(NAME, 0, 8, 1, 1);
    tell(NAME, 300, 901, 1, 1);
    assertThat(told).isEmpty();
    tell(NAME, 300, 903, 1, 1);
    assertThat(told).containsExactly("lost");
    tell(NAME, 300, 904, 1, 1);
    tell(NAME, 0, 9, 1, 1);
    assertThat(told).as("once").containsExactly("lost");
  }

  @Test
  void shouldCountOnBehindTheLargestNumber() {
    tell(NAME, 1, -1, 1, 1);
    tell(NAME, 1, 0, 1, 1);
    tell(NAME, 1, 1, 1, 1);
    assertThat(told).isEmpty();
  }

  /** Since Linux 6.6 answers are numbered like events, before they belong to no processor. */
  @Test
  void shouldKnowAnAnswer() {
    ByteBuffer answer = message(EventDecoder.NONE, 0, 7, 13);
    answer.putInt(28, 1001);
    assertThat(EventDecoder.isAnswer(answer, LENGTH, 1000)).isTrue();
    assertThat(EventDecoder.isAnswer(answer, LENGTH, 1001)).isFalse();
    assertThat(EventDecoder.isAnswer(answer, 20, 1000)).isFalse();
    assertThat(EventDecoder.error(answer)).isEqualTo(13);
    decoder.decode(answer, LENGTH);
    tell(EventDecoder.NONE, -1, 99);
    tell(NAME, 0, 8, 1, 1);
    assertThat(told).isEmpty();
  }

  @Test
  void shouldTakeWhatCannotBeReadForALoss() {
    decoder.decode(message(EventDecoder.EXEC, 0, 7, 20, 20), 60);
    tell(EventDecoder.EXEC, -5, 7, 20, 20);
    decoder.decode(message(EventDecoder.EXEC, 0, 8, 20, 20).putInt(16, 2), LENGTH);
    assertThat(told).contains("lost").filteredOn("lost"::equals).hasSize(3);
  }
}
