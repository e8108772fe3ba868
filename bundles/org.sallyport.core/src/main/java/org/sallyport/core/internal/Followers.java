// SPDX-License-Identifier: Apache-2.0
package org.sallyport.core.internal;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.sallyport.api.backend.Backend;
import org.sallyport.api.subject.SubjectSource;

/** Which instance of each backend follows the order in force. Confined to the control thread. */
final class Followers {

  private final Map<String, Backend> byName = new HashMap<>();

  /** Whose tap stands in their rules. */
  private Optional<SubjectSource> tapped = Optional.empty();

  void add(Backend backend) {
    byName.put(backend.name(), backend);
  }

  /** An order is under way: whoever carries the next one out starts anew. */
  void untapped() {
    tapped = Optional.empty();
  }

  void tappedBy(Optional<SubjectSource> source) {
    tapped = source;
  }

  void clear() {
    byName.clear();
  }

  /**
   * Those that were replaced, or want another try; all of them where another source of subjects
   * came.
   */
  List<Backend> behind(List<Backend> present, Optional<SubjectSource> source) {
    boolean retap = source.isPresent() && !source.equals(tapped);
    return present.stream()
        .filter(
            backend -> {
              Backend before = byName.get(backend.name());
              return before != null && (before != backend || retap || backend.wantsAnotherTry());
            })
        .toList();
  }
}
