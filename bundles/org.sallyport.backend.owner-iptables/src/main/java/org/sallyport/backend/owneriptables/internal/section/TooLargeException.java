// SPDX-License-Identifier: Apache-2.0
package org.sallyport.backend.owneriptables.internal.section;

import org.sallyport.api.backend.BackendException;

/** A policy needs more rules of iptables than are sensible. */
public final class TooLargeException extends BackendException {

  private static final long serialVersionUID = 1L;

  private final String ruleId;

  TooLargeException(String ruleId, String message, Throwable cause) {
    super(message, cause);
    this.ruleId = ruleId;
  }

  /**
   * Where the room ran out.
   *
   * @return the id of the rule that does not fit any more
   */
  public String ruleId() {
    return ruleId;
  }
}
