// SPDX-License-Identifier: Apache-2.0
package org.sallyport.api.backend;

import java.util.Locale;

/** Whether verdicts bind. */
public enum Mode {
  /** Judge and record, let everything pass. */
  OBSERVE,
  /** Judge and enforce. */
  ENFORCE;

  /**
   * The word a person types.
   *
   * @return the name in lower case
   */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
