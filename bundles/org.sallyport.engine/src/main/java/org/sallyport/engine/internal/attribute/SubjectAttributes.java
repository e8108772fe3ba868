// SPDX-License-Identifier: Apache-2.0
package org.sallyport.engine.internal.attribute;

import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.sallyport.api.match.Matcher;
import org.sallyport.api.match.ReadSet;
import org.sallyport.api.match.Truth;
import org.sallyport.api.rule.Criterion;
import org.sallyport.api.rule.Operator;
import org.sallyport.api.subject.Ancestor;
import org.sallyport.api.subject.Executable;
import org.sallyport.api.subject.Fact;
import org.sallyport.api.subject.ProcessId;
import org.sallyport.api.subject.SubjectView;
import org.sallyport.engine.internal.text.CriterionException;

/** The attributes of whoever is behind a flow. */
final class SubjectAttributes {

  private static final Set<Operator> EQUALS = Set.of(Operator.EQUALS);
  private static final Set<Operator> TEXT = EnumSet.allOf(Operator.class);
  private static final int MAX_PID = 1 << 22; // PID_MAX_LIMIT, linux/threads.h
  private static final int MAX_NAME_BYTES = 15; // TASK_COMM_LEN - 1, linux/sched.h

  private static final Value<Long> USER_NOW =
      new Value<>(SubjectView::processUserId, Reads.PROCESS_NOW);
  private static final Value<Long> GROUP_NOW =
      new Value<>(SubjectView::processGroupId, Reads.PROCESS_NOW);
  private static final Value<String> SCRIPT = new Value<>(SubjectView::script, Reads.PROCESS);
  private static final Value<String> APP = new Value<>(SubjectView::app, Reads.APPLICATION);
  private static final Value<String> CONTAINER =
      new Value<>(SubjectView::container, Reads.SOCKET_OWNER);
  private static final Value<ProcessId> PROCESS = new Value<>(SubjectView::process, Reads.PROCESS);
  private static final Value<Executable> EXECUTABLE =
      new Value<>(SubjectView::executable, Reads.PROCESS);
  private static final Value<String> CGROUP = new Value<>(SubjectView::cgroup, Reads.SOCKET_OWNER);
  private static final Value<String> SHA256 = new Value<>(SubjectView::sha256, Reads.PROCESS);
  private static final Value<Long> CAPABILITIES =
      new Value<>(SubjectView::capabilities, Reads.PROCESS_NOW);
  private static final Value<String> NAME =
      new Value<>(SubjectView::processName, Reads.PROCESS_NOW);
  private static final Value<String> COMMAND_LINE =
      new Value<>(SubjectView::commandLine, Reads.PROCESS_NOW);

  /** Where an attribute's value comes from, and what that is a function of. */
  private record Value<T>(Function<SubjectView, Fact<T>> getter, ReadSet reads) {}

  private SubjectAttributes() {}

  static List<Attribute> all() {
    return List.of(
        new Attribute(
            "subject",
            1,
            Grounds.KIND,
            EQUALS,
            KindMatcher::of,
            (flow, subject) -> KindMatcher.word(subject.kind()) + " (" + subject.source() + ")"),
        owner("user", OwnerMatcher::user, SubjectView::userId),
        owner("group", OwnerMatcher::group, SubjectView::groupId),
        fact("process.user", 30, EQUALS, USER_NOW, (c, l) -> IdTest.ofIds(c, l.names()::userId)),
        fact("process.group", 30, EQUALS, GROUP_NOW, (c, l) -> IdTest.ofIds(c, l.names()::groupId)),
        fact("process.pid", 10, EQUALS, PROCESS, (c, l) -> pids(c)),
        fact("process.exe", 20, TEXT, EXECUTABLE, ExecutableTest::of),
        capabilities(),
        // Last: the first question about a file has all of it read.
        fact("process.sha256", 70, EQUALS, SHA256, (c, l) -> Sha256Test.of(c)),
        fact("process.cgroup", 35, TEXT, CGROUP, (c, l) -> TextTest.of(c)),
        selfWritten("process.name", 30, NAME, (c, l) -> names(c)),
        selfWritten("process.cmdline", 35, COMMAND_LINE, (c, l) -> TextTest.of(c)),
        unit(),
        claimed("process.script", 30, SCRIPT, NameTest::ofScript),
        claimed("process.container", 36, CONTAINER, NameTest::ofContainer),
        claimed("process.app", 37, APP, NameTest::ofApp),
        ancestors("process.parent.exe", 50, 1),
        ancestors("process.ancestor.exe", 60, Integer.MAX_VALUE));
  }

  private static Attribute owner(
      String name, Attribute.Compiler compiler, Function<SubjectView, Fact<Long>> getter) {
    return new Attribute(name, 5, Grounds.SUBJECT, EQUALS, compiler, describer(getter));
  }

  private static <T> Attribute fact(
      String name,
      int cost,
      Set<Operator> operators,
      Value<T> value,
      BiFunction<Criterion, Lookups, ValueTest<T>> test) {
    return new Attribute(
        name, cost, Grounds.SUBJECT, operators, compiler(value, test), describer(value.getter()));
  }

  private static Attribute selfWritten(
      String name,
      int cost,
      Value<String> value,
      BiFunction<Criterion, Lookups, ValueTest<String>> test) {
    return new Attribute(
        name, cost, Grounds.SELF_WRITTEN, TEXT, compiler(value, test), describer(value.getter()));
  }

  private static Attribute claimed(
      String name, int cost, Value<String> value, Function<Criterion, ValueTest<String>> test) {
    return new Attribute(
        name,
        cost,
        Grounds.CLAIMED,
        TEXT,
        compiler(value, (criterion, lookups) -> test.apply(criterion)),
        (flow, subject) -> Descriptions.of(value.getter().apply(subject), NameTest::words));
  }

  private static <T> Attribute.Compiler compiler(
      Value<T> value, BiFunction<Criterion, Lookups, ValueTest<T>> test) {
    return (criterion, lookups) ->
        new FactMatcher<>(
            value.getter(), value.reads(), test.apply(criterion, lookups), criterion.negated());
  }

  private static <T> Attribute.Describer describer(Function<SubjectView, Fact<T>> getter) {
    return (flow, subject) -> Descriptions.of(getter.apply(subject), Object::toString);
  }

  private static ValueTest<ProcessId> pids(Criterion criterion) {
    IdTest pids = IdTest.ofNumbers(criterion, 1, MAX_PID);
    return process -> Truth.of(pids.has(process.pid()));
  }

  private static ValueTest<String> names(Criterion criterion) {
    for (String value : criterion.values()) {
      if (criterion.operator() == Operator.EQUALS
          && value.getBytes(StandardCharsets.UTF_8).length > MAX_NAME_BYTES) {
        throw new CriterionException(
            "process.name: '" + value + "' is longer than the 15 bytes the kernel keeps",
            "Write the first 15 bytes, or use process.exe.");
      }
    }
    return TextTest.of(criterion);
  }

  private static Attribute capabilities() {
    return new Attribute(
        "process.cap",
        32,
        Grounds.SUBJECT,
        EQUALS,
        compiler(CAPABILITIES, (c, l) -> Capabilities.of(c)),
        (flow, subject) -> Descriptions.of(subject.capabilities(), Capabilities::text));
  }

  private static Attribute unit() {
    return new Attribute(
        "process.unit",
        36,
        Grounds.SUBJECT,
        TEXT,
        (criterion, lookups) -> new UnitMatcher(TextTest.of(criterion), criterion.negated()),
        (flow, subject) -> Descriptions.of(subject.cgroup(), SubjectAttributes::unitText));
  }

  private static String unitText(String cgroup) {
    return CgroupUnit.of(cgroup)
        .map(CgroupUnit::whole)
        .orElse("absent: no unit in the cgroup " + cgroup);
  }

  private static Attribute ancestors(String name, int cost, int depth) {
    return new Attribute(
        name,
        cost,
        Grounds.SUBJECT,
        TEXT,
        (criterion, lookups) -> ancestors(criterion, lookups, depth),
        (flow, subject) -> Descriptions.of(subject.ancestors(), chain -> chainText(chain, depth)));
  }

  private static Matcher ancestors(Criterion criterion, Lookups lookups, int depth) {
    ValueTest<Executable> test = ExecutableTest.of(criterion, lookups);
    return new AncestorMatcher(test, depth, criterion.negated());
  }

  private static String chainText(List<Ancestor> chain, int depth) {
    return chain.stream()
        .limit(depth)
        .map(
            ancestor ->
                ancestor.executable() instanceof Fact.Known<Executable> known
                    ? known.value().path()
                    : Descriptions.missing(ancestor.executable()))
        .collect(Collectors.joining(" < "));
  }
}
