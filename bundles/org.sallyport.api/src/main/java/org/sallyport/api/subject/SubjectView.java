// SPDX-License-Identifier: Apache-2.0
package org.sallyport.api.subject;

import java.util.List;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * A borrowed look at who is behind a flow, valid only during the call it is passed to. Facts may be
 * read lazily, so a getter may cost a few system calls; it never waits for other processes. Getters
 * do not throw: what fails is {@link Fact.Unknown}. Not thread-safe.
 */
@ConsumerType
public interface SubjectView {

  /**
   * What kind of originator this is.
   *
   * @return the kind
   */
  SubjectKind kind();

  /**
   * The uid of whoever opened the socket, as the kernel's owner match sees it.
   *
   * @return an unsigned 32-bit uid
   */
  Fact<Long> userId();

  /**
   * The gid of whoever opened the socket, as the kernel's owner match sees it.
   *
   * @return an unsigned 32-bit gid
   */
  Fact<Long> groupId();

  /**
   * The process that holds the socket.
   *
   * @return pid and start time
   */
  Fact<ProcessId> process();

  /**
   * The file the process runs.
   *
   * @return the executable
   */
  Fact<Executable> executable();

  /**
   * The SHA-256 of the file the process runs, read from the opened file and never from its name.
   * Pending while it is computed, which is done elsewhere.
   *
   * @return 64 lower-case hexadecimal digits
   */
  Fact<String> sha256();

  /**
   * The process's effective capabilities now.
   *
   * @return one bit for each of linux/capability.h, bit 0 is {@code CAP_CHOWN}
   */
  Fact<Long> capabilities();

  /**
   * The process's name ({@code comm}); written by the process itself, so it never grants.
   *
   * @return at most 15 bytes decoded as UTF-8, unescaped
   */
  Fact<String> processName();

  /**
   * The process's command line, arguments joined by blanks; written by the process itself.
   *
   * @return at most 4096 characters, unescaped
   */
  Fact<String> commandLine();

  /**
   * The real uid the process has now, which may differ from the socket opener's.
   *
   * @return an unsigned 32-bit uid
   */
  Fact<Long> processUserId();

  /**
   * The cgroup-v2 path of the socket's creation; where the source cannot tell that, the process's
   * now.
   *
   * @return for example {@code /system.slice/ssh.service}
   */
  Fact<String> cgroup();

  /**
   * The executables of the process's ancestors, parent first, up to init.
   *
   * @return the chain; unknown if any link of it could not be read
   */
  Fact<List<Ancestor>> ancestors();

  /**
   * The real gid the process has now, which may differ from the socket opener's.
   *
   * @return an unsigned 32-bit gid
   */
  default Fact<Long> processGroupId() {
    return Subject.untold(process());
  }

  /**
   * What the process was started for, where that is another file than the one it runs: the script
   * of an interpreter, or what binfmt_misc gave to one. It is the name that whoever started it
   * gave, and that may lead to another file by now, so it never grants.
   *
   * @return the name as given, perhaps relative, or {@code /dev/fd/N} where a descriptor was given;
   *     empty if the process runs the very file that was asked for
   */
  default Fact<String> script() {
    return Subject.untold(process());
  }

  /**
   * The application the process belongs to. Users make cgroups and mounts of such names, so it
   * never grants.
   *
   * @return {@code flatpak:ID}, {@code snap:NAME} or {@code appimage:FILE}; empty if it belongs to
   *     none
   */
  default Fact<String> app() {
    return Subject.untold(process());
  }

  /**
   * The innermost container of the cgroup. Whoever has a cgroup tree of his own makes such names,
   * so it never grants.
   *
   * @return 64 hexadecimal digits, or the name of one of systemd-nspawn or LXC; empty if it is in
   *     none
   */
  default Fact<String> container() {
    return Subject.untold(process());
  }

  /**
   * Which source found this subject, for people.
   *
   * @return for example {@code sockdiag}
   */
  String source();

  /**
   * A value that may be kept, with what has been read of this view so far; nothing more is read for
   * it. Facts not read yet are unknown.
   *
   * @return the value
   */
  default Subject seen() {
    return Subject.copyOf(this);
  }
}
