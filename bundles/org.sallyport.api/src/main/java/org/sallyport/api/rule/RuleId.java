// SPDX-License-Identifier: Apache-2.0
package org.sallyport.api.rule;

import java.util.regex.Pattern;

/** The form of rule ids: 1 to 24 of lower-case letters, digits and hyphens. */
public final class RuleId {

  private static final Pattern FORM = Pattern.compile("[a-z0-9-]{1,24}");

  private RuleId() {}

  /**
   * Whether a text may be a rule's id.
   *
   * @param text any text
   * @return true if it has the form
   */
  public static boolean isValid(String text) {
    return FORM.matcher(text).matches();
  }
}
