// SPDX-License-Identifier: Apache-2.0
package org.sallyport.itests.kernel.random;

import java.util.ArrayList;
import java.util.List;

/** A criterion in parts: {@code [!]attribute=value[,value…]}. */
public record CriterionSketch(String attribute, List<String> values, boolean negated) {

  /** Copies the list. */
  public CriterionSketch {
    values = List.copyOf(values);
  }

  /** As rules write it; no value needs quotes. */
  public String text() {
    return (negated ? "!" : "") + attribute + "=" + String.join(",", values);
  }

  /** Every criterion that is one step simpler. */
  List<CriterionSketch> smaller() {
    List<CriterionSketch> smaller = new ArrayList<>();
    for (int i = 0; values.size() > 1 && i < values.size(); i++) {
      List<String> fewer = new ArrayList<>(values);
      fewer.remove(i);
      smaller.add(new CriterionSketch(attribute, fewer, negated));
    }
    if (negated) {
      smaller.add(new CriterionSketch(attribute, values, false));
    }
    return smaller;
  }
}
