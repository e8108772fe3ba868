// SPDX-License-Identifier: Apache-2.0
package org.sallyport.api.subject;

/**
 * Which file it is, and which state of its content: two reads that agree in all parts saw the same
 * bytes, unless somebody wrote to the file without its change time moving.
 *
 * @param device {@code st_dev} of stat(2)
 * @param inode {@code st_ino} of stat(2)
 * @param generation which use of the inode number this is ({@code FS_IOC_GETVERSION},
 *     ioctl_iflags(2)), or {@link #NO_GENERATION} where the file system does not tell
 * @param size {@code st_size} of stat(2), bytes
 * @param changedNs {@code st_ctim} of stat(2), nanoseconds since the epoch
 */
public record FileIdentity(long device, long inode, long generation, long size, long changedNs) {

  /** The generation of a file whose file system knows none. */
  public static final long NO_GENERATION = -1;

  /**
   * Whether another identity names the same file, whatever was written to it meanwhile.
   *
   * @param other the other
   * @return true if device, inode and generation agree; a generation that is known once only is not
   *     compared
   */
  public boolean isSameFileAs(FileIdentity other) {
    boolean comparable = generation != NO_GENERATION && other.generation != NO_GENERATION;
    return device == other.device
        && inode == other.inode
        && (!comparable || generation == other.generation);
  }
}
