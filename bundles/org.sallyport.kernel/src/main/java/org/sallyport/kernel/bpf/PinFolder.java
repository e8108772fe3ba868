// SPDX-License-Identifier: Apache-2.0
package org.sallyport.kernel.bpf;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.sallyport.kernel.internal.BpfCalls;
import org.sallyport.kernel.internal.LibC;
import org.sallyport.kernel.netlink.NativeBuffer;

/**
 * Where our pinned programs are: {@code /sys/fs/bpf/sallyport/NAMESPACE}, a folder for each network
 * namespace, by its inode number, so that several daemons keep apart. A pin outlives its daemon, as
 * rules of iptables do that name it; whoever writes those rules clears away what none names any
 * more.
 */
public final class PinFolder {

  /** Where everybody mounts the BPF file system. */
  public static final Path MOUNT = Path.of("/sys/fs/bpf");

  /** The name of the programs that see packets in front of the queue. */
  public static final String TAP_NAME = "sallyport_tap";

  /** The name of the programs that match packets whose sender is proven. */
  public static final String PROOF_NAME = "sallyport_proof";

  private static final Set<String> OUR_NAMES = Set.of(TAP_NAME, PROOF_NAME);
  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rwx------");

  private final Path folder;

  private PinFolder(Path folder) {
    this.folder = folder;
  }

  /**
   * The folder of the calling thread's network namespace, whether it is there or not.
   *
   * @return the folder
   * @throws IOException if the namespace's number cannot be read
   */
  public static PinFolder ofNamespace() throws IOException {
    return new PinFolder(MOUNT.resolve("sallyport").resolve(NetworkNamespaces.own()));
  }

  /**
   * Its path, whether it is there or not.
   *
   * @return an absolute path
   */
  public Path path() {
    return folder;
  }

  /**
   * Makes the folder, clears away what is pinned for namespaces that are gone, and mounts the file
   * system where nobody did.
   *
   * @return its path
   * @throws IOException if the kernel refuses, or somebody else owns what has its name
   */
  public Path make() throws IOException {
    if (!isMounted()) {
      mount();
    }
    ensure(folder.getParent());
    clearAbandoned();
    ensure(folder);
    return folder;
  }

  /**
   * What is pinned for a namespace that is gone keeps its memory for nothing: its rules went with
   * it. One that has neither a process nor a name can hold no daemon.
   */
  private void clearAbandoned() throws IOException {
    List<Path> others = children(folder.getParent());
    if (others.stream().allMatch(folder::equals)) {
      return;
    }
    Set<String> alive = NetworkNamespaces.alive();
    for (Path other : others) {
      if (!other.equals(folder) && !alive.contains(other.getFileName().toString())) {
        new PinFolder(other).clear(Set.of());
        if (children(other).isEmpty()) {
          Files.deleteIfExists(other);
        }
      }
    }
  }

  private static boolean isMounted() throws IOException {
    return Files.readAllLines(Path.of("/proc/self/mountinfo"), StandardCharsets.UTF_8).stream()
        .anyMatch(line -> line.contains(" " + MOUNT + " ") && line.contains(" - bpf "));
  }

  private static void mount() throws IOException {
    NativeBuffer type = BpfCalls.text("bpf");
    NativeBuffer target = BpfCalls.text(MOUNT.toString());
    if (LibC.mount(type.address(0), target.address(0), type.address(0), 0, 0) < 0) {
      throw new BpfException("no BPF file system could be mounted at " + MOUNT, LibC.errno());
    }
  }

  /** Whoever could write here could lead our rules to a program of theirs. */
  private static void ensure(Path wanted) throws IOException {
    try {
      Files.createDirectory(wanted, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
    } catch (FileAlreadyExistsException e) {
      boolean ours =
          Files.isDirectory(wanted, LinkOption.NOFOLLOW_LINKS)
              && Files.getAttribute(wanted, "unix:uid", LinkOption.NOFOLLOW_LINKS).equals(0)
              && Files.getPosixFilePermissions(wanted, LinkOption.NOFOLLOW_LINKS).stream()
                  .allMatch(OWNER_ONLY::contains);
      if (!ours) {
        throw new IOException(wanted + " is not ours alone", e);
      }
    }
  }

  /**
   * What is pinned here.
   *
   * @return the paths; none if the folder is not there
   * @throws IOException if it cannot be read
   */
  public List<Path> pins() throws IOException {
    return children(folder);
  }

  private static List<Path> children(Path of) throws IOException {
    List<Path> children = new ArrayList<>();
    if (Files.isDirectory(of, LinkOption.NOFOLLOW_LINKS)) {
      try (DirectoryStream<Path> entries = Files.newDirectoryStream(of)) {
        entries.forEach(children::add);
      }
    }
    return children;
  }

  /**
   * What the kernel says of a pinned program.
   *
   * @param pin its path
   * @return its type, name, tag and owner
   * @throws BpfException if no program is pinned there
   */
  public static ProgramInfo info(Path pin) throws BpfException {
    NativeBuffer path = BpfCalls.text(pin.toString());
    NativeBuffer attributes = BpfCalls.attributes();
    attributes.bytes().putLong(0, path.address(0));
    int opened = BpfCalls.call(BpfCalls.OBJ_GET, attributes, path);
    try (Descriptor program = new Descriptor(BpfException.demand(opened, pin + " is no pin"))) {
      return ProgramInfo.of(program.number());
    }
  }

  /**
   * Unpins the packet programs of our names that root loaded, but for some. Anything else stays: it
   * is not ours.
   *
   * @param kept the paths of those that are still needed
   * @return how many went
   * @throws IOException if the folder cannot be read
   */
  public int clear(Set<Path> kept) throws IOException {
    int gone = 0;
    for (Path pin : pins()) {
      if (!kept.contains(pin) && isOurs(pin) && Files.deleteIfExists(pin)) {
        gone++;
      }
    }
    return gone;
  }

  private static boolean isOurs(Path pin) {
    try {
      ProgramInfo info = info(pin);
      return info.isPacketProgram() && info.userId() == 0 && OUR_NAMES.contains(info.name());
    } catch (BpfException e) {
      return false; // gone meanwhile, or no program
    }
  }
}
