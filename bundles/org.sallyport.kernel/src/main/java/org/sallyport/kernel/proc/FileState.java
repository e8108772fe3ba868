// SPDX-License-Identifier: Apache-2.0
package org.sallyport.kernel.proc;

/**
 * Which file it is and which state of its content, read from an open descriptor (statx(2),
 * ioctl_iflags(2)).
 *
 * @param device {@code st_dev} of stat(2)
 * @param inode {@code st_ino}
 * @param generation which use of the inode number this is, 0 to 2^32-1, or {@link #NO_GENERATION}
 * @param size bytes
 * @param changedNs {@code st_ctim}, nanoseconds since the epoch
 */
public record FileState(long device, long inode, long generation, long size, long changedNs) {

  /** The generation of a file whose file system tells none. */
  public static final long NO_GENERATION = -1;

  /**
   * Whether another state is one of the same file.
   *
   * @param other the other
   * @return true if device, inode and generation agree
   */
  public boolean isSameFileAs(FileState other) {
    boolean comparable = generation != NO_GENERATION && other.generation != NO_GENERATION;
    return device == other.device
        && inode == other.inode
        && (!comparable || generation == other.generation);
  }

  /**
   * Whether a later state says that nothing was done to the file, not even to its names or rights.
   *
   * @param later the later state
   * @return true if it is one of the same file, and size and change time agree
   */
  public boolean isUnchangedSince(FileState later) {
    return isSameFileAs(later) && size == later.size && changedNs == later.changedNs;
  }
}
