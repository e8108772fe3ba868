// SPDX-License-Identifier: Apache-2.0
package org.sallyport.api.decision;

import java.util.Optional;
import org.osgi.annotation.versioning.ConsumerType;
import org.sallyport.api.packet.Direction;
import org.sallyport.api.rule.Action;

/**
 * What a backend can express exactly. It never approximates: what it refuses here goes on to the
 * next backend of the stack. Thread-safe; does not block.
 */
@ConsumerType
public interface Expressiveness {

  /**
   * Whether a test can be asked exactly.
   *
   * @param direction the direction of the rule
   * @param test the test
   * @return why not, a sentence's end such as {@code iptables sees no owner of what arrives}; empty
   *     if it can
   */
  Optional<String> refusal(Direction direction, FlowTest test);

  /**
   * Whether an action can be carried out.
   *
   * @param direction the direction of the rule
   * @param action the action
   * @return why not, as above; empty if it can
   */
  Optional<String> refusal(Direction direction, Action action);
}
