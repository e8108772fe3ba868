// SPDX-License-Identifier: Apache-2.0
package org.sallyport.nfqueue.internal.loop;

import java.util.Arrays;
import java.util.function.IntFunction;

/**
 * Names of interfaces by index. Interfaces are renamed and come back under other indices, so what
 * is known is forgotten from time to time; in between a known name costs no garbage. Owned by one
 * thread.
 */
final class InterfaceNames {

  private static final int MAX_KNOWN = 64;

  private final IntFunction<String> ask;
  private final int[] indices = new int[MAX_KNOWN];
  private final String[] names = new String[MAX_KNOWN];
  private int known;

  /**
   * Knows nothing yet.
   *
   * @param ask asks the system for a name; an empty string if there is none
   */
  InterfaceNames(IntFunction<String> ask) {
    this.ask = ask;
  }

  /** The name, or an empty string for 0 and for an interface that is gone. */
  String nameOf(int index) {
    if (index == 0) {
      return "";
    }
    for (int i = 0; i < known; i++) {
      if (indices[i] == index) {
        return names[i];
      }
    }
    return learn(index);
  }

  private String learn(int index) {
    if (known == MAX_KNOWN) {
      forget();
    }
    String name = ask.apply(index);
    indices[known] = index;
    names[known++] = name;
    return name;
  }

  /** Forgets every name. */
  void forget() {
    Arrays.fill(names, 0, known, "");
    known = 0;
  }
}
