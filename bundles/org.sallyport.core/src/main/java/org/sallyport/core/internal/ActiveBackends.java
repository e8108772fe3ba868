// SPDX-License-Identifier: Apache-2.0
package org.sallyport.core.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.sallyport.api.backend.Backend;
import org.sallyport.api.backend.BackendException;

/** Which of the backends that are there make up a stack. */
final class ActiveBackends {

  private ActiveBackends() {}

  /** Those of a stack that are there, in its order. */
  static List<Backend> present(List<String> stack, List<Backend> all) {
    List<Backend> present = new ArrayList<>();
    stack.forEach(name -> find(name, all).ifPresent(present::add));
    return present;
  }

  /**
   * All of a stack, in its order.
   *
   * @throws BackendException if one is not there
   */
  static List<Backend> whole(List<String> stack, List<Backend> all) throws BackendException {
    List<Backend> whole = new ArrayList<>();
    for (String name : stack) {
      whole.add(find(name, all).orElseThrow(() -> missing(name, all)));
    }
    return whole;
  }

  private static BackendException missing(String name, List<Backend> all) {
    TreeSet<String> names = new TreeSet<>();
    all.forEach(backend -> names.add(backend.name()));
    return new BackendException("there is no backend '" + name + "', only " + names, null);
  }

  private static Optional<Backend> find(String name, List<Backend> all) {
    return all.stream().filter(backend -> backend.name().equals(name)).findFirst();
  }
}
