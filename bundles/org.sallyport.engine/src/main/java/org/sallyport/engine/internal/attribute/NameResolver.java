// SPDX-License-Identifier: Apache-2.0
package org.sallyport.engine.internal.attribute;

/** Turns names of users and groups into ids. May block for a bounded time. */
public interface NameResolver {

  /**
   * A user's id.
   *
   * @param name a name, not a number
   * @return the uid, unsigned 32 bits
   * @throws IllegalArgumentException if there is no such user, or nobody answers in time
   */
  long userId(String name);

  /**
   * A group's id.
   *
   * @param name a name, not a number
   * @return the gid, unsigned 32 bits
   * @throws IllegalArgumentException if there is no such group, or nobody answers in time
   */
  long groupId(String name);
}
