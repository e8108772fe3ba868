// SPDX-License-Identifier: Apache-2.0
package org.sallyport.api.match;

import java.util.Set;
import org.osgi.annotation.versioning.ConsumerType;
import org.sallyport.api.rule.Criterion;

/**
 * Provides attributes that are not built in, registered as an OSGi service. Called on the control
 * thread when a policy is compiled, and on the registering thread when a factory comes back after a
 * short absence: then it compiles again what snapshots in force ask.
 */
@ConsumerType
public interface MatcherFactory {

  /**
   * Service property: the plugin's name in {@code fw:plugins}, by which its faults are remembered.
   * Optional, {@link String}; default the symbolic name of the bundle that registers it.
   */
  String NAME = "sallyport.plugin";

  /**
   * The attributes this factory compiles.
   *
   * @return full names such as {@code selinux.type}; none of them built in
   */
  Set<String> attributes();

  /**
   * Compiles one criterion. The matcher answers for the criterion as written, negation included.
   *
   * @param criterion a criterion on one of {@link #attributes}
   * @return the matcher
   * @throws IllegalArgumentException if a value makes no sense; the message goes to the person
   */
  Matcher compile(Criterion criterion);
}
