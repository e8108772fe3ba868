// SPDX-License-Identifier: Apache-2.0
package org.sallyport.api.subject;

import java.util.Objects;

/**
 * One thing that may be known about a subject. The difference between the cases is what makes a
 * policy safe: what is not known is never guessed.
 *
 * @param <T> the type of the value; immutable
 */
public sealed interface Fact<T> {

  /**
   * Learnt.
   *
   * @param value the value
   * @param source where it was learnt from, for example {@code /proc/PID/exe}
   * @param <T> the type of the value
   */
  record Known<T>(T value, String source) implements Fact<T> {
    /** Refuses null. */
    public Known {
      Objects.requireNonNull(value, "value");
      Objects.requireNonNull(source, "source");
    }
  }

  /**
   * Certainly not there, which is a fact too: a kernel-made packet has no executable. A criterion
   * on it does not match, also when negated.
   *
   * @param reason why there is none, for a person
   * @param <T> the type the value would have
   */
  record Absent<T>(String reason) implements Fact<T> {}

  /**
   * Being found out; the flow waits for it until its deadline.
   *
   * @param what what is being found out, for a person
   * @param <T> the type the value will have
   */
  record Pending<T>(String what) implements Fact<T> {}

  /**
   * Cannot be learnt on this host: the part that knows it is not installed.
   *
   * @param missing what is missing, for a person
   * @param <T> the type the value would have
   */
  record NeverHere<T>(String missing) implements Fact<T> {}

  /**
   * Should be known but was lost or failed: the process is gone, a record was dropped.
   *
   * @param reason why, for a person
   * @param <T> the type the value would have
   */
  record Unknown<T>(String reason) implements Fact<T> {}
}
