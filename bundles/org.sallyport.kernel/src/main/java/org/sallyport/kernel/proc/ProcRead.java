// SPDX-License-Identifier: Apache-2.0
package org.sallyport.kernel.proc;

import java.util.Objects;
import java.util.function.Function;

/**
 * What came of reading something about a process. A process may vanish at any time, so that is an
 * answer and not an exception.
 *
 * @param <T> the type of what is read
 */
public sealed interface ProcRead<T> {

  /**
   * It was read.
   *
   * @param value what was read
   * @param <T> its type
   */
  record Done<T>(T value) implements ProcRead<T> {
    /** Refuses null. */
    public Done {
      Objects.requireNonNull(value, "value");
    }
  }

  /**
   * The process does not exist any more.
   *
   * @param <T> the type of what was to be read
   */
  record Gone<T>() implements ProcRead<T> {}

  /**
   * The process is there but this could not be read.
   *
   * @param reason why, for a person
   * @param <T> the type of what was to be read
   */
  record Failed<T>(String reason) implements ProcRead<T> {}

  /**
   * Goes on with the value, if there is one.
   *
   * @param next what to do with it
   * @param <R> the type of what comes of that
   * @return the outcome of {@code next}, or this failure
   */
  default <R> ProcRead<R> then(Function<T, ProcRead<R>> next) {
    if (this instanceof Done<T> done) {
      return next.apply(done.value());
    }
    return this instanceof Failed<T> failed ? new Failed<>(failed.reason()) : new Gone<>();
  }

  /**
   * The value, where its absence matters but not the reason.
   *
   * @param fallback what stands in for a value that could not be read
   * @return the value or the fallback
   */
  default T orElse(T fallback) {
    return this instanceof Done<T> done ? done.value() : fallback;
  }
}
