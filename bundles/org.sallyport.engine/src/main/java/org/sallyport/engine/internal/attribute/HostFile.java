// SPDX-License-Identifier: Apache-2.0
package org.sallyport.engine.internal.attribute;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.sallyport.api.match.Truth;
import org.sallyport.api.subject.Executable;
import org.sallyport.api.subject.FileIdentity;

/**
 * The file at a path of the host's mount namespace, and the files that stood there before: a
 * service may go on running one of them after an upgrade. Looked at by one thread and read by many;
 * readers see one {@link Picture} as a whole.
 */
public final class HostFile {

  /** How many former files are remembered; a service older than that many upgrades is unknown. */
  private static final int MAX_FORMER = 8;

  /**
   * A file that stands or stood at the path.
   *
   * @param path the path without symbolic links, as the kernel names it
   * @param device {@code st_dev} of stat(2)
   * @param inode {@code st_ino} of stat(2)
   * @param changedNs {@code st_ctim} of stat(2) when it was last seen there, nanoseconds
   */
  public record Identity(String path, long device, long inode, long changedNs) {

    boolean is(long otherDevice, long otherInode) {
      return device == otherDevice && inode == otherInode;
    }
  }

  /** What is known at one moment: the file that stands there, and those before it, latest first. */
  private record Picture(Identity current, List<Identity> former) {}

  private static final Identity NOWHERE = new Identity("", -1, -1, 0);

  private final String path;
  private volatile Picture picture = new Picture(NOWHERE, List.of());
  // Told by processes that run the file while it stands at the path; see learn().
  private volatile FileIdentity[] learnt = {};

  private HostFile(String path) {
    this.path = path;
  }

  /** A file that is not looked up yet. */
  static HostFile unresolved(String path) {
    return new HostFile(path);
  }

  /** The path as the rule writes it. */
  public String path() {
    return path;
  }

  /** Which file stands there; no file's identity if there is none. */
  public Identity identity() {
    return picture.current();
  }

  /** The files that stood there before, latest first. */
  List<Identity> former() {
    return picture.former();
  }

  /** Whether a running file is the one at the path, or was. Does not block or allocate. */
  Truth test(Executable running) {
    Picture now = picture;
    boolean samePath = running.path().equals(path) || running.path().equals(now.current().path());
    if (samePath && running.hostNamespace()) {
      return Truth.MATCH;
    }
    FileIdentity file = running.file();
    if (now.current().is(file.device(), file.inode())) {
      // Another file may have come to the path with the old one's number: the next look tells.
      return sameUse(now.current(), file, Truth.UNKNOWN);
    }
    List<Identity> former = now.former();
    for (int i = 0; i < former.size(); i++) {
      if (former.get(i).is(file.device(), file.inode())) {
        return sameUse(former.get(i), file, Truth.NO_MATCH);
      }
    }
    // In another mount namespace a file that was deleted under this path may be one that the host
    // had there before anybody looked.
    return samePath && running.deleted() ? Truth.UNKNOWN : Truth.NO_MATCH;
  }

  /**
   * An inode's number is used again once nobody holds the old file. The generation tells the uses
   * apart, where it is known of both. Else the change time does, which nobody can set: a file that
   * did not change since it was last seen at the path is that file. One that did is either the old
   * one, changed in place or robbed of its name by an upgrade, or a newer one that somebody made in
   * order to be taken for it. For a file that is still there the next look tells.
   */
  private Truth sameUse(Identity seen, FileIdentity file, Truth otherGeneration) {
    if (file.changedNs() == seen.changedNs()) {
      learn(file);
      return Truth.MATCH;
    }
    if (file.generation() != FileIdentity.NO_GENERATION) {
      for (FileIdentity one : learnt) {
        if (seen.is(one.device(), one.inode())) {
          return one.generation() == file.generation() ? Truth.MATCH : otherGeneration;
        }
      }
    }
    return file.changedNs() < seen.changedNs() ? Truth.MATCH : Truth.UNKNOWN;
  }

  /** Remembers the generation of a file that is certain to be the one at the path. */
  private void learn(FileIdentity file) {
    if (file.generation() != FileIdentity.NO_GENERATION && !isLearnt(file)) {
      remember(file);
    }
  }

  private boolean isLearnt(FileIdentity file) {
    for (FileIdentity one : learnt) {
      if (one.generation() == file.generation() && one.isSameFileAs(file)) {
        return true;
      }
    }
    return false;
  }

  private synchronized void remember(FileIdentity file) {
    List<FileIdentity> kept = new ArrayList<>();
    kept.add(file);
    for (FileIdentity one : learnt) {
      boolean same = one.device() == file.device() && one.inode() == file.inode();
      if (!same && kept.size() <= MAX_FORMER) {
        kept.add(one);
      }
    }
    learnt = kept.toArray(FileIdentity[]::new);
  }

  /** What a look at the path changed. */
  enum Change {
    /** The same file stands there. */
    NONE,
    /** Another file does, under the same name. */
    FILE,
    /** The path without symbolic links is another one. */
    PATH
  }

  /** Looks again; may block on the disk. */
  Change renew() {
    Identity found = look();
    Picture before = picture;
    Identity old = before.current();
    if (found.equals(old)) {
      return Change.NONE;
    }
    if (found.is(old.device(), old.inode())) {
      picture = new Picture(found, before.former());
      return found.path().equals(old.path()) ? Change.NONE : Change.PATH;
    }
    List<Identity> former = new ArrayList<>(before.former());
    if (!old.path().isEmpty()) {
      former.add(0, old);
    }
    // A file that comes back to its path is the current one again.
    former.removeIf(one -> one.is(found.device(), found.inode()));
    picture =
        new Picture(found, List.copyOf(former.subList(0, Math.min(former.size(), MAX_FORMER))));
    return found.path().equals(old.path()) ? Change.FILE : Change.PATH;
  }

  private Identity look() {
    try {
      Path real = Path.of(path).toRealPath();
      Map<String, Object> stat = Files.readAttributes(real, "unix:dev,ino,ctime");
      return new Identity(
          real.toString(),
          (Long) stat.get("dev"),
          (Long) stat.get("ino"),
          ((FileTime) stat.get("ctime")).to(TimeUnit.NANOSECONDS));
    } catch (IOException | InvalidPathException e) {
      return NOWHERE; // not there, or not for us to see: then it matches by its path only
    }
  }
}
