// SPDX-License-Identifier: Apache-2.0
package org.sallyport.engine.internal.attribute;

import java.util.List;
import org.sallyport.api.match.Truth;
import org.sallyport.api.rule.Criterion;
import org.sallyport.api.rule.Operator;
import org.sallyport.api.subject.Executable;
import org.sallyport.engine.internal.text.CriterionException;

/** Compares a running file with paths of the host. */
final class ExecutableTest {

  private ExecutableTest() {}

  static ValueTest<Executable> of(Criterion criterion, Lookups lookups) {
    if (criterion.operator() != Operator.EQUALS) {
      return new Pattern(TextTest.of(criterion));
    }
    return new Paths(criterion.values().stream().map(path -> file(path, lookups)).toList());
  }

  private static HostFile file(String path, Lookups lookups) {
    if (!path.startsWith("/")) {
      throw new CriterionException(
          "'" + path + "' is not a full path",
          "Write the whole path, for example /usr/bin/" + (path.isEmpty() ? "curl" : path) + ".");
    }
    return lookups.files().apply(path);
  }

  /** Literal paths. */
  private record Paths(List<HostFile> files) implements ValueTest<Executable> {
    @Override
    public Truth test(Executable running) {
      Truth best = Truth.NO_MATCH;
      for (int i = 0; i < files.size() && best != Truth.MATCH; i++) {
        Truth one = files.get(i).test(running);
        best = one == Truth.NO_MATCH ? best : one;
      }
      return best;
    }
  }

  /** A pattern of paths; the paths of another mount namespace are not the host's. */
  private record Pattern(ValueTest<String> text) implements ValueTest<Executable> {
    @Override
    public Truth test(Executable running) {
      return running.hostNamespace() ? text.test(running.path()) : Truth.UNKNOWN;
    }
  }
}
