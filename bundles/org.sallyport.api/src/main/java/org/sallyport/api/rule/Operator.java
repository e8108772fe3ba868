// SPDX-License-Identifier: Apache-2.0
package org.sallyport.api.rule;

/** How a criterion compares its attribute with its values. */
public enum Operator {
  /** {@code attribute=value[,value…]}: equal to any of the values, in the attribute's own sense. */
  EQUALS("="),
  /**
   * {@code attribute~glob}: {@code *} any run without a slash, {@code **} any run, {@code ?} one
   * character.
   */
  GLOB("~"),
  /** {@code attribute=~regex}: an RE2 expression that matches the whole value. */
  REGEX("=~");

  private final String sign;

  Operator(String sign) {
    this.sign = sign;
  }

  /**
   * The sign in the rule text.
   *
   * @return {@code =}, {@code ~} or {@code =~}
   */
  public String sign() {
    return sign;
  }
}
