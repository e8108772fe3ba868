// SPDX-License-Identifier: Apache-2.0
package org.sallyport.backend.owneriptables.internal.atom;

/** A rule or a policy needs more rules of iptables than are sensible. */
public final class TooManyAtomsException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /**
   * Says so.
   *
   * @param most how many there may be
   */
  public TooManyAtomsException(int most) {
    super("it needs more than " + most + " rules of iptables");
  }
}
