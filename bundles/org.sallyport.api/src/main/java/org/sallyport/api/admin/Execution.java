// SPDX-License-Identifier: Apache-2.0
package org.sallyport.api.admin;

/** Whether a change is carried out. */
public enum Execution {
  /** Carry it out; return when it is in force in the kernel. */
  APPLY,
  /** Check everything and change nothing. */
  DRY_RUN;
}
