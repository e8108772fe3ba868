// SPDX-License-Identifier: Apache-2.0
package org.sallyport.engine.internal.attribute;

import java.util.Optional;
import org.sallyport.api.decision.FlowTest;
import org.sallyport.api.match.Matcher;

/** A matcher whose criterion can be said in terms that a kernel asks by itself. */
interface Lowerable extends Matcher {

  /**
   * The criterion in those terms, made of the very values the matcher compares with: names are
   * resolved once for both. MATCH where the test holds, NO_MATCH where it does not, for every
   * packet whose facts the kernel knows, which those of the test always are. Allocates.
   *
   * @return the test, or empty where a value has no such form
   */
  Optional<FlowTest> flowTest();
}
