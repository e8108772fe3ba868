// SPDX-License-Identifier: Apache-2.0
package org.sallyport.api.match;

/** For how long an answer holds, from the longest to the shortest. */
public enum Volatility {
  /** As long as the policy: it depends on the inputs alone. */
  STATIC,
  /** As long as the process executes the same file. */
  PROCESS,
  /** As long as the flow. */
  FLOW,
  /** For this one packet: it may be another one at any time. Never cached. */
  VOLATILE;
}
