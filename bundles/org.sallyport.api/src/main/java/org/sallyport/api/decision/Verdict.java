// SPDX-License-Identifier: Apache-2.0
package org.sallyport.api.decision;

/** What happens to a packet. */
public enum Verdict {
  /** It passes. */
  ALLOW,
  /** It is dropped silently. */
  DENY,
  /** It is refused so that the program sees an error. */
  REJECT;
}
