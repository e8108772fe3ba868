// SPDX-License-Identifier: Apache-2.0
package org.sallyport.engine.internal.attribute;

import org.sallyport.api.match.Truth;

/**
 * A criterion's values held against a known value. Immutable; does not allocate after warm-up.
 *
 * @param <T> the type of the value
 */
@FunctionalInterface
public interface ValueTest<T> {

  /** Whether any of the criterion's values holds; negation is not the test's business. */
  Truth test(T value);
}
