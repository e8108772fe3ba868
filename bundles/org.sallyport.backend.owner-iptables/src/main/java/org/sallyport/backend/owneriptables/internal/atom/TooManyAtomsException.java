// SPDX-License-Identifier: Apache-2.0
package org.sallyport.backend.owneriptables.internal.atom;

/** A rule needs more rules of iptables than are sensible. */
public final class TooManyAtomsException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  TooManyAtomsException(int most) {
    super("it needs more than " + most + " rules of iptables");
  }
}
