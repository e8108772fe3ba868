// SPDX-License-Identifier: Apache-2.0
package org.sallyport.engine.internal.policy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.sallyport.api.decision.Evaluation;
import org.sallyport.api.match.Input;
import org.sallyport.api.match.ReadSet;
import org.sallyport.api.match.Volatility;
import org.sallyport.api.packet.FlowView;
import org.sallyport.api.subject.Executable;
import org.sallyport.api.subject.Fact;
import org.sallyport.api.subject.SubjectKind;
import org.sallyport.api.subject.SubjectView;
import org.sallyport.engine.internal.attribute.HostFiles;

/**
 * The rules of one direction in their order. Where many of them name their executables, a known
 * executable of the host's mount namespace is asked only the rules that name it and those that name
 * none: every rule left out would answer NO_MATCH. A file that rules also know by another name (a
 * hard link, or what stood at their path before an upgrade) is asked all of them. Immutable.
 */
final class DirectionRules {

  private static final ReadSet PROGRAM =
      ReadSet.of(Volatility.PROCESS, Input.SUBJECT_KIND, Input.PROCESS);
  private static final int MIN_INDEXED = 8;
  private static final int[] NONE = {};

  private final Entry[] entries;
  private final HostFiles files;
  private final long movesAtBuild;
  private final boolean indexed;
  private final int[] general;
  private final Map<String, int[]> byPath = new HashMap<>();

  /**
   * Builds the rules and their index.
   *
   * @param ordered the rules in order
   * @param files the files rules name
   * @param movesAtBuild {@link HostFiles#moves} before the rules were compiled
   */
  DirectionRules(List<Entry> ordered, HostFiles files, long movesAtBuild) {
    this.entries = ordered.toArray(Entry[]::new);
    this.files = files;
    this.movesAtBuild = movesAtBuild;
    List<Integer> others = new ArrayList<>();
    Map<String, List<Integer>> named = new HashMap<>();
    for (int i = 0; i < entries.length; i++) {
      if (entries[i].hostPaths().isEmpty()) {
        others.add(i);
      }
      for (String path : entries[i].hostPaths()) {
        named.computeIfAbsent(path, key -> new ArrayList<>()).add(i);
      }
    }
    this.indexed = entries.length - others.size() >= MIN_INDEXED;
    this.general = ints(others);
    named.forEach((path, positions) -> byPath.put(path, ints(positions)));
  }

  private static int[] ints(List<Integer> list) {
    return list.stream().mapToInt(Integer::intValue).toArray();
  }

  /** The rules in order. */
  List<Entry> entries() {
    return List.of(entries);
  }

  /** Judges one flow; answers whether a rule decided it. */
  boolean judge(FlowView flow, SubjectView subject, Evaluation out) {
    String path = indexed ? hostPath(subject) : null;
    if (path != null) {
      // Who it is and what it runs left out the rules that are not asked.
      out.rest(PROGRAM);
      int[] named = byPath.get(path);
      return judgeSome(flow, subject, out, named == null ? NONE : named);
    }
    for (Entry entry : entries) {
      if (entry.judge(flow, subject, out)) {
        return true;
      }
    }
    return false;
  }

  /** Merges two ascending lists of positions, so the order of the rules is kept. */
  private boolean judgeSome(FlowView flow, SubjectView subject, Evaluation out, int[] named) {
    int i = 0;
    int j = 0;
    while (i < general.length || j < named.length) {
      boolean takeNamed = i == general.length || (j < named.length && named[j] < general[i]);
      int position = takeNamed ? named[j++] : general[i++];
      if (entries[position].judge(flow, subject, out)) {
        return true;
      }
    }
    return false;
  }

  /** The executable's path if the index may answer for it, else null. */
  private String hostPath(SubjectView subject) {
    if (subject.kind() != SubjectKind.PROCESS || files.moves() != movesAtBuild) {
      return null;
    }
    try {
      return subject.executable() instanceof Fact.Known<Executable> known
              && known.value().hostNamespace()
              && files.knownByPathOnly(known.value())
          ? known.value().path()
          : null;
    } catch (RuntimeException | LinkageError e) {
      return null; // asked again by the rules, where it is an unknown fact
    }
  }
}
