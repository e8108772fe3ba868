// SPDX-License-Identifier: Apache-2.0
package org.sallyport.api.decision;

import java.util.List;
import java.util.Objects;

/** What came of compiling a policy. */
public sealed interface Compilation {

  /**
   * A snapshot.
   *
   * @param snapshot the policy, ready to publish
   */
  record Compiled(PolicySnapshot snapshot) implements Compilation {
    /** Refuses null. */
    public Compiled {
      Objects.requireNonNull(snapshot, "snapshot");
    }
  }

  /**
   * Nothing, because some rules are wrong.
   *
   * @param problems at least one
   */
  record Refused(List<RuleProblem> problems) implements Compilation {
    /** Refuses an empty list and copies it. */
    public Refused {
      problems = List.copyOf(problems);
      if (problems.isEmpty()) {
        throw new IllegalArgumentException("a refusal names its problems");
      }
    }
  }
}
