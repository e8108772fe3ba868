// SPDX-License-Identifier: Apache-2.0
package org.sallyport.api.match;

import java.util.Optional;
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

  /**
   * The criterion in other words, if it is nothing but data: a criterion on one built-in attribute
   * that holds in the same cases, negation included, for example a country as the {@code
   * remote.net} of its networks, with as many values as it takes. The engine then evaluates it
   * where it judges packets, and calls no code of the factory for that. Asked before {@link
   * #compile}, on the same threads. When the data change, register the factory anew.
   *
   * @param criterion a criterion on one of {@link #attributes}
   * @return a criterion on a built-in attribute, or empty (as by default) to have {@link #compile}
   *     called
   * @throws IllegalArgumentException if a value makes no sense; the message goes to the person
   */
  default Optional<Criterion> asData(Criterion criterion) {
    return Optional.empty();
  }
}
