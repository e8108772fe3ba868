// SPDX-License-Identifier: Apache-2.0
package org.sallyport.engine.internal.attribute;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.sallyport.api.subject.Executable;

/**
 * The files that rules name. A file that is replaced while a rule stands gets its new identity with
 * the next {@link #renew}; files that no snapshot uses any more are forgotten. Thread-safe.
 */
public final class HostFiles {

  private final Map<String, WeakReference<HostFile>> files = new HashMap<>();
  private final AtomicLong moves = new AtomicLong();
  private volatile InodeIndex inodes = InodeIndex.EMPTY;

  /** Creates an empty set. */
  public HostFiles() {}

  /** The file at a path, looked up now. */
  public HostFile of(String path) {
    synchronized (files) {
      WeakReference<HostFile> known = files.get(path);
      HostFile found = known == null ? null : known.get();
      if (found != null) {
        renew(found);
        return found;
      }
      HostFile fresh = HostFile.unresolved(path);
      fresh.renew();
      files.put(path, new WeakReference<>(fresh));
      return fresh;
    }
  }

  /**
   * How often a symbolic link on the way to one of the files was seen to lead elsewhere: what was
   * derived from the paths without links holds as long as this number.
   */
  public long moves() {
    return moves.get();
  }

  private boolean renew(HostFile file) {
    HostFile.Change change = file.renew();
    if (change == HostFile.Change.PATH) {
      moves.incrementAndGet();
    }
    return change != HostFile.Change.NONE;
  }

  /**
   * Whether a running file can be one of these only by its path: no file with the same inode stands
   * or stood at another path that a rule names. Does not allocate.
   */
  public boolean knownByPathOnly(Executable running) {
    return inodes.namesOnly(running);
  }

  /** Makes {@link #knownByPathOnly} answer for all files looked up so far. */
  public void index() {
    index(live());
  }

  private void index(List<HostFile> live) {
    inodes = InodeIndex.of(live);
  }

  /** Looks up every file again; may block on the disk. */
  public void renew() {
    List<HostFile> live = live();
    boolean changed = false;
    for (HostFile file : live) {
      changed |= renew(file);
    }
    if (changed) {
      index(live);
    }
  }

  private List<HostFile> live() {
    List<HostFile> live = new ArrayList<>();
    synchronized (files) {
      files.values().removeIf(reference -> reference.get() == null);
      for (WeakReference<HostFile> reference : files.values()) {
        HostFile file = reference.get();
        if (file != null) {
          live.add(file);
        }
      }
    }
    return live;
  }

  /** How many files are known. */
  int size() {
    synchronized (files) {
      return files.size();
    }
  }
}
