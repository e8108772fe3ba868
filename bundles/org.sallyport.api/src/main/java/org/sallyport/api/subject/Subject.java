// SPDX-License-Identifier: Apache-2.0
package org.sallyport.api.subject;

import java.util.List;
import java.util.Objects;

/**
 * Who is behind a flow, as a value that may be kept; {@link #copyOf} reads every fact of a view
 * once.
 *
 * @param kind what kind of originator
 * @param userId the socket opener's uid
 * @param groupId the socket opener's gid
 * @param process the process that holds the socket
 * @param executable the file it runs
 * @param sha256 that file's SHA-256
 * @param capabilities its effective capabilities
 * @param processName its name
 * @param commandLine its command line
 * @param processUserId its real uid now
 * @param cgroup its cgroup
 * @param ancestors its ancestors, parent first
 * @param processGroupId its real gid now
 * @param script the file it was started for, where that is another than the one it runs
 * @param app the application it belongs to
 * @param container the container it is in
 * @param source which source found it
 */
public record Subject(
    SubjectKind kind,
    Fact<Long> userId,
    Fact<Long> groupId,
    Fact<ProcessId> process,
    Fact<Executable> executable,
    Fact<String> sha256,
    Fact<Long> capabilities,
    Fact<String> processName,
    Fact<String> commandLine,
    Fact<Long> processUserId,
    Fact<String> cgroup,
    Fact<List<Ancestor>> ancestors,
    Fact<Long> processGroupId,
    Fact<String> script,
    Fact<String> app,
    Fact<String> container,
    String source)
    implements SubjectView {

  /** Refuses null and copies the list. */
  public Subject {
    Objects.requireNonNull(kind, "kind");
    Objects.requireNonNull(source, "source");
    if (ancestors instanceof Fact.Known<List<Ancestor>> known) {
      ancestors = new Fact.Known<>(List.copyOf(known.value()), known.source());
    }
  }

  /**
   * A subject of which group at sending, script, application and container are not told: unknown
   * for a process, and whatever {@code process} is where that has no value.
   *
   * @param kind what kind of originator
   * @param userId the socket opener's uid
   * @param groupId the socket opener's gid
   * @param process the process that holds the socket
   * @param executable the file it runs
   * @param sha256 that file's SHA-256
   * @param capabilities its effective capabilities
   * @param processName its name
   * @param commandLine its command line
   * @param processUserId its real uid now
   * @param cgroup its cgroup
   * @param ancestors its ancestors, parent first
   * @param source which source found it
   */
  public Subject(
      SubjectKind kind,
      Fact<Long> userId,
      Fact<Long> groupId,
      Fact<ProcessId> process,
      Fact<Executable> executable,
      Fact<String> sha256,
      Fact<Long> capabilities,
      Fact<String> processName,
      Fact<String> commandLine,
      Fact<Long> processUserId,
      Fact<String> cgroup,
      Fact<List<Ancestor>> ancestors,
      String source) {
    this(
        kind,
        userId,
        groupId,
        process,
        executable,
        sha256,
        capabilities,
        processName,
        commandLine,
        processUserId,
        cgroup,
        ancestors,
        untold(process),
        untold(process),
        untold(process),
        untold(process),
        source);
  }

  /** What stands for a fact about a process that a source does not tell. */
  @SuppressWarnings("unchecked") // a Fact without a value is a Fact of any type
  static <T> Fact<T> untold(Fact<ProcessId> process) {
    return process instanceof Fact.Known
        ? new Fact.Unknown<>("the source does not tell it")
        : (Fact<T>) process;
  }

  /**
   * Reads every fact of a borrowed view.
   *
   * @param view the view; not kept
   * @return the value
   */
  public static Subject copyOf(SubjectView view) {
    return view instanceof Subject subject
        ? subject
        : new Subject(
            view.kind(),
            view.userId(),
            view.groupId(),
            view.process(),
            view.executable(),
            view.sha256(),
            view.capabilities(),
            view.processName(),
            view.commandLine(),
            view.processUserId(),
            view.cgroup(),
            view.ancestors(),
            view.processGroupId(),
            view.script(),
            view.app(),
            view.container(),
            view.source());
  }

  /**
   * A subject without a process: every fact about one has the given case.
   *
   * @param kind the kind
   * @param userId the socket opener's uid, as far as known
   * @param groupId the socket opener's gid, as far as known
   * @param rest what stands for everything else
   * @param source who says so
   * @return the subject
   */
  @SuppressWarnings("unchecked") // a Fact without a value is a Fact of any type
  public static Subject without(
      SubjectKind kind, Fact<Long> userId, Fact<Long> groupId, Fact<?> rest, String source) {
    if (rest instanceof Fact.Known) {
      throw new IllegalArgumentException("a known fact cannot stand for all others");
    }
    return new Subject(
        kind,
        userId,
        groupId,
        (Fact<ProcessId>) rest,
        (Fact<Executable>) rest,
        (Fact<String>) rest,
        (Fact<Long>) rest,
        (Fact<String>) rest,
        (Fact<String>) rest,
        (Fact<Long>) rest,
        (Fact<String>) rest,
        (Fact<List<Ancestor>>) rest,
        (Fact<Long>) rest,
        (Fact<String>) rest,
        (Fact<String>) rest,
        (Fact<String>) rest,
        source);
  }
}
