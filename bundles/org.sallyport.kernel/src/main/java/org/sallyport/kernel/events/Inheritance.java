// SPDX-License-Identifier: Apache-2.0
package org.sallyport.kernel.events;

/** How far a descriptor of a process is handed down. */
enum Inheritance {
  /** To whomever it makes, and to the programs these become. */
  OVER_EXEC,
  /** It is closed when a process becomes another program (FD_CLOEXEC). */
  UNTIL_EXEC
}
