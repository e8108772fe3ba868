// SPDX-License-Identifier: Apache-2.0
package org.sallyport.engine.internal.attribute;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sallyport.api.match.Truth;
import org.sallyport.api.packet.Direction;
import org.sallyport.api.packet.Endpoint;
import org.sallyport.api.packet.Flow;
import org.sallyport.api.packet.IpAddress;
import org.sallyport.api.packet.IpProtocol;
import org.sallyport.api.rule.Criterion;
import org.sallyport.api.rule.Operator;
import org.sallyport.api.subject.Fact;
import org.sallyport.api.subject.Subject;
import org.sallyport.api.subject.SubjectKind;
import org.sallyport.engine.internal.text.CriterionException;

/** Script, application and container: a name, none, absent or unknown are four different things. */
class NameCriteriaTest {

  private static final String ID =
      "abababababababababababababababababababababababababababababababab";

  private static Subject subject(Fact<String> name) {
    Fact<Long> id = new Fact.Known<>(0L, "test");
    Subject rest = Subject.without(SubjectKind.PROCESS, id, id, new Fact.Unknown<>("x"), "test");
    return new Subject(
        rest.kind(),
        rest.userId(),
        rest.groupId(),
        rest.process(),
        rest.executable(),
        rest.sha256(),
        rest.capabilities(),
        rest.processName(),
        rest.commandLine(),
        rest.processUserId(),
        rest.cgroup(),
        rest.ancestors(),
        rest.processGroupId(),
        name,
        name,
        name,
        "test");
  }

  private static Truth ask(Criterion criterion, Fact<String> name) {
    Endpoint nowhere = new Endpoint(IpAddress.parse("0.0.0.0"), OptionalInt.empty());
    Flow flow = new Flow(Direction.OUT, IpProtocol.ICMP, nowhere, nowhere, OptionalInt.of(8), "");
    return BuiltIns.all()
        .get(criterion.attribute())
        .compiler()
        .compile(criterion, null)
        .test(flow, subject(name));
  }

  private static Criterion criterion(String attribute, Operator operator, String value) {
    return new Criterion(attribute, operator, List.of(value), false);
  }

  private static Truth negated(Criterion criterion, Fact<String> name) {
    return ask(
        new Criterion(criterion.attribute(), criterion.operator(), criterion.values(), true), name);
  }

  @ParameterizedTest
  @CsvSource({
    "process.script,    EQUALS, /opt/tool,      /opt/tool,    MATCH",
    "process.script,    EQUALS, /opt/tool,      ./tool,       NO_MATCH",
    "process.script,    EQUALS, /opt/tool,      '',           NO_MATCH",
    "process.script,    GLOB,   **/tool,        ./tool,       MATCH",
    "process.script,    EQUALS, none,           '',           MATCH",
    "process.script,    EQUALS, none,           none,         NO_MATCH",
    "process.script,    REGEX,  none,           none,         MATCH",
    "process.app,       EQUALS, snap:lxd,       snap:lxd,     MATCH",
    "process.app,       EQUALS, none,           snap:lxd,     NO_MATCH",
    "process.app,       EQUALS, none,           '',           MATCH",
    "process.app,       GLOB,   flatpak:*,      flatpak:a.b.C, MATCH",
    "process.app,       GLOB,   flatpak:*,      '',           NO_MATCH",
    "process.container, EQUALS, " + ID + ",     " + ID + ",   MATCH",
    "process.container, GLOB,   abab*,          " + ID + ",   MATCH",
    "process.container, EQUALS, none,           '',           MATCH",
    "process.container, EQUALS, web,            none,         NO_MATCH",
  })
  void shouldMatchNamesAndHavingNone(
      String attribute, Operator operator, String written, String name, Truth expected) {
    Criterion criterion = criterion(attribute, operator, written);
    Fact<String> known = new Fact.Known<>(name, "test");
    assertThat(ask(criterion, known)).isEqualTo(expected);
    assertThat(negated(criterion, known)).isEqualTo(expected.not());
  }

  @ParameterizedTest
  @CsvSource({
    "process.script, /opt/tool",
    "process.app, snap:lxd",
    "process.container, none",
  })
  void shouldSayNothingOfWhatIsNotKnown(String attribute, String written) {
    Criterion criterion = criterion(attribute, Operator.EQUALS, written);
    for (Fact<String> fact :
        List.<Fact<String>>of(new Fact.Unknown<>("lost"), new Fact.NeverHere<>("nobody"))) {
      assertThat(ask(criterion, fact)).isEqualTo(Truth.UNKNOWN);
      assertThat(negated(criterion, fact)).isEqualTo(Truth.UNKNOWN);
    }
    Fact<String> pending = new Fact.Pending<>("coming");
    assertThat(ask(criterion, pending)).isEqualTo(Truth.PENDING);
    assertThat(negated(criterion, pending)).isEqualTo(Truth.PENDING);
    Fact<String> absent = new Fact.Absent<>("made by the kernel");
    assertThat(ask(criterion, absent)).isEqualTo(Truth.NO_MATCH);
    assertThat(negated(criterion, absent)).isEqualTo(Truth.NO_MATCH);
  }

  @ParameterizedTest
  @ValueSource(strings = {"firefox", "snap:", "flatpack:a.b.C", "docker:x"})
  void shouldRefuseWhatNamesNoApplication(String value) {
    Criterion criterion = criterion("process.app", Operator.EQUALS, value);
    assertThatThrownBy(() -> NameTest.ofApp(criterion))
        .isInstanceOf(CriterionException.class)
        .hasMessageContaining("names no application");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0123456789ab",
        "ABABABABABABABABABABABABABABABABABABABABABABABABABABABABABABABAB"
      })
  void shouldRefuseAnIdThatNoContainerHas(String value) {
    Criterion criterion = criterion("process.container", Operator.EQUALS, value);
    assertThatThrownBy(() -> NameTest.ofContainer(criterion))
        .isInstanceOf(CriterionException.class)
        .hasMessageContaining("not how a container's id is written");
  }

  @Test
  void shouldTellHavingNoneInWords() {
    assertThat(NameTest.words("")).isEqualTo("none");
    assertThat(NameTest.words("web")).isEqualTo("web");
  }
}
