// SPDX-License-Identifier: Apache-2.0
package org.sallyport.core.internal;

import java.util.ArrayList;
import java.util.List;
import org.sallyport.api.admin.BackendStatus;
import org.sallyport.api.backend.Backend;
import org.sallyport.api.backend.BackendHealth;
import org.sallyport.core.internal.Absences.Kind;

/** How the backends are doing, for people: the stack in its order, then those that stand by. */
final class BackendPicture {

  private static final String GONE =
      "gone; its rules stay in the kernel, and what they queue follows the fail mode no-listener";

  private BackendPicture() {}

  /** Flows that were ended count with the last of the stack, which has the last word on a flow. */
  static List<BackendStatus> of(List<String> stack, Parts parts, long revoked) {
    List<BackendStatus> all = new ArrayList<>();
    for (Backend backend : ActiveBackends.present(stack, parts.backends())) {
      BackendHealth health = backend.health();
      boolean healthy = health.problems().isEmpty();
      boolean last = backend.name().equals(stack.get(stack.size() - 1));
      String figures = health.figures() + (last && revoked > 0 ? ", revoked " + revoked : "");
      all.add(
          new BackendStatus(backend.name(), health.active(), healthy, health.problems(), figures));
    }
    for (String name : parts.absences().replaced(Kind.BACKEND)) {
      all.add(new BackendStatus(name, stack.contains(name), true, List.of(), "is being replaced"));
    }
    for (String name : parts.absences().gone(Kind.BACKEND)) {
      if (stack.contains(name)) {
        all.add(new BackendStatus(name, false, false, List.of(GONE), ""));
      }
    }
    for (Backend backend : parts.backends()) {
      if (!stack.contains(backend.name())) {
        all.add(new BackendStatus(backend.name(), false, true, List.of(), "stands by"));
      }
    }
    return all;
  }
}
