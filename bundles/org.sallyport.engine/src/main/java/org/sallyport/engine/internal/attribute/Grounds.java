// SPDX-License-Identifier: Apache-2.0
package org.sallyport.engine.internal.attribute;

/** What an attribute's value rests on, and so what it may be used for. */
public enum Grounds {
  /** The packet or the interface: says nothing about who sent it. */
  PACKET,
  /** Who sent it, in a way the program cannot choose. */
  SUBJECT,
  /** What kind of sender: no program in particular. */
  KIND,
  /** What the program says about itself: may restrict, never grant. */
  SELF_WRITTEN,
  /** A name that whoever starts the program can choose: may restrict, never grant. */
  CLAIMED
}
