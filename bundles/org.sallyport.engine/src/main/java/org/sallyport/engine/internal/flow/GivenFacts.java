// SPDX-License-Identifier: Apache-2.0
package org.sallyport.engine.internal.flow;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.sallyport.api.subject.Ancestor;
import org.sallyport.api.subject.Executable;
import org.sallyport.api.subject.Fact;
import org.sallyport.api.subject.FileIdentity;
import org.sallyport.api.subject.ProcessId;
import org.sallyport.api.subject.Subject;
import org.sallyport.api.subject.SubjectKind;
import org.sallyport.engine.internal.attribute.Capabilities;
import org.sallyport.engine.internal.attribute.HostFile;
import org.sallyport.engine.internal.attribute.IdTest;
import org.sallyport.engine.internal.attribute.KindMatcher;
import org.sallyport.engine.internal.attribute.Lookups;
import org.sallyport.engine.internal.attribute.NameTest;
import org.sallyport.engine.internal.attribute.Sha256Test;
import org.sallyport.engine.internal.text.CriterionException;

/** The facts about a subject that a person gave; all others are unknown. */
final class GivenFacts {

  private static final String SOURCE = "given";
  private static final int MAX_PID = 1 << 22;

  private final Lookups lookups;
  private final Map<String, String> values = new HashMap<>();
  private final List<String> ancestors = new ArrayList<>();
  private final List<String> capabilities = new ArrayList<>();

  GivenFacts(Lookups lookups) {
    this.lookups = lookups;
  }

  /** Takes one fact. */
  void put(String attribute, String value) {
    if (attribute.equals("process.ancestor.exe")) {
      ancestors.add(value);
    } else if (attribute.equals("process.cap")) {
      capabilities.add(value);
    } else if (values.put(attribute, value) != null) {
      throw new CriterionException(attribute + " is given twice", "Keep one of them.");
    }
  }

  /** The subject. */
  Subject subject() {
    SubjectKind kind = kind();
    Fact<?> missing =
        kind == SubjectKind.PROCESS || kind == SubjectKind.UNKNOWN
            ? new Fact.Unknown<>("not given")
            : new Fact.Absent<>("no program is behind it");
    Subject nothing = Subject.without(kind, unknown(), unknown(), missing, SOURCE);
    return new Subject(
        kind,
        id("user", nothing.userId()),
        id("group", nothing.groupId()),
        process(nothing.process()),
        values.containsKey("process.exe")
            ? known(executable(values.get("process.exe")))
            : nothing.executable(),
        values.containsKey("process.sha256")
            ? known(Sha256Test.read(values.get("process.sha256")))
            : nothing.sha256(),
        capabilities.isEmpty() ? nothing.capabilities() : known(capabilities()),
        text("process.name", nothing.processName()),
        text("process.cmdline", nothing.commandLine()),
        id("process.user", nothing.processUserId()),
        cgroup(nothing.cgroup()),
        chain(nothing.ancestors()),
        id("process.group", nothing.processGroupId()),
        name("process.script", nothing.script()),
        name("process.app", nothing.app()),
        name("process.container", nothing.container()),
        SOURCE);
  }

  private long capabilities() {
    return capabilities.stream().mapToLong(Capabilities::bit).reduce(0, (a, b) -> a | b);
  }

  private SubjectKind kind() {
    boolean ofProcess =
        !ancestors.isEmpty()
            || !capabilities.isEmpty()
            || values.keySet().stream().anyMatch(k -> k.startsWith("process."));
    String given = values.get("subject");
    if (given == null) {
      return ofProcess ? SubjectKind.PROCESS : SubjectKind.UNKNOWN;
    }
    SubjectKind kind = KindMatcher.kind(given);
    if (ofProcess && kind != SubjectKind.PROCESS) {
      throw new CriterionException(
          "facts about a process do not go with subject=" + given, "Take one of them out.");
    }
    return kind;
  }

  private static <T> Fact<T> unknown() {
    return new Fact.Unknown<>("not given");
  }

  private static <T> Fact<T> known(T value) {
    return new Fact.Known<>(value, SOURCE);
  }

  private Fact<String> text(String attribute, Fact<String> otherwise) {
    return values.containsKey(attribute) ? known(values.get(attribute)) : otherwise;
  }

  private Fact<String> name(String attribute, Fact<String> otherwise) {
    String value = values.get(attribute);
    return value == null ? otherwise : known(NameTest.read(value));
  }

  private Fact<Long> id(String attribute, Fact<Long> otherwise) {
    String value = values.get(attribute);
    if (value == null) {
      return otherwise;
    }
    return known(
        attribute.endsWith("group")
            ? IdTest.id(attribute, value, lookups.names()::groupId)
            : IdTest.id(attribute, value, lookups.names()::userId));
  }

  private Fact<ProcessId> process(Fact<ProcessId> otherwise) {
    String pid = values.get("process.pid");
    return pid == null
        ? otherwise
        : known(new ProcessId((int) IdTest.number("process.pid", pid, 1, MAX_PID), 0));
  }

  private Fact<String> cgroup(Fact<String> otherwise) {
    String unit = values.get("process.unit");
    return unit == null ? text("process.cgroup", otherwise) : known("/system.slice/" + unit);
  }

  /** A process of the host that runs the file at a path. */
  private Executable executable(String path) {
    HostFile.Identity file = lookups.files().apply(path).identity();
    return new Executable(
        path,
        new FileIdentity(file.device(), file.inode(), FileIdentity.NO_GENERATION, 0, 0),
        true,
        false);
  }

  private Fact<List<Ancestor>> chain(Fact<List<Ancestor>> otherwise) {
    List<String> paths = new ArrayList<>(ancestors);
    String parent = values.get("process.parent.exe");
    if (parent != null) {
      paths.add(0, parent);
    }
    List<Ancestor> chain = new ArrayList<>();
    for (String path : paths) {
      chain.add(new Ancestor(new ProcessId(1, 0), known(executable(path))));
    }
    return chain.isEmpty() ? otherwise : known(List.copyOf(chain));
  }
}
