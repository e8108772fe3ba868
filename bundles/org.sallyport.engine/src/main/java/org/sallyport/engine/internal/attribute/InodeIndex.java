// SPDX-License-Identifier: Apache-2.0
package org.sallyport.engine.internal.attribute;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.sallyport.api.subject.Executable;

/**
 * Which files that rules name have a certain inode, now or before. Immutable, and asked without
 * allocating, which a map of boxed numbers could not be.
 */
final class InodeIndex {

  static final InodeIndex EMPTY = of(List.of());

  private final long[] inodes; // ascending
  private final HostFile[][] files;

  private InodeIndex(long[] inodes, HostFile[][] files) {
    this.inodes = inodes;
    this.files = files;
  }

  static InodeIndex of(List<HostFile> all) {
    Map<Long, List<HostFile>> byInode = new TreeMap<>();
    for (HostFile file : all) {
      add(byInode, file.identity(), file);
      file.former().forEach(former -> add(byInode, former, file));
    }
    long[] inodes = byInode.keySet().stream().mapToLong(Long::longValue).toArray();
    HostFile[][] files =
        byInode.values().stream().map(l -> l.toArray(HostFile[]::new)).toArray(HostFile[][]::new);
    return new InodeIndex(inodes, files);
  }

  private static void add(
      Map<Long, List<HostFile>> byInode, HostFile.Identity identity, HostFile file) {
    if (!identity.path().isEmpty()) {
      byInode.computeIfAbsent(identity.inode(), inode -> new ArrayList<>()).add(file);
    }
  }

  /** Whether every file with the running file's inode is named by the running file's path. */
  boolean namesOnly(Executable running) {
    int place = Arrays.binarySearch(inodes, running.file().inode());
    if (place < 0) {
      return true;
    }
    for (HostFile file : files[place]) {
      if (!file.path().equals(running.path()) && !file.identity().path().equals(running.path())) {
        return false;
      }
    }
    return true;
  }
}
