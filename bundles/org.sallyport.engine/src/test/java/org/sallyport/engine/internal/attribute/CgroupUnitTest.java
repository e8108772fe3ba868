// SPDX-License-Identifier: Apache-2.0
package org.sallyport.engine.internal.attribute;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.OptionalInt;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sallyport.api.match.Truth;
import org.sallyport.api.packet.Direction;
import org.sallyport.api.packet.Endpoint;
import org.sallyport.api.packet.Flow;
import org.sallyport.api.packet.IpAddress;
import org.sallyport.api.packet.IpProtocol;
import org.sallyport.api.subject.Fact;
import org.sallyport.api.subject.Subject;
import org.sallyport.api.subject.SubjectKind;

class CgroupUnitTest {

  private static final String USERS = "/user.slice/user-1000.slice/user@1000.service";

  private static Subject in(String cgroup) {
    Subject unknown =
        Subject.without(
            SubjectKind.PROCESS,
            new Fact.Unknown<>("x"),
            new Fact.Unknown<>("x"),
            new Fact.Unknown<>("x"),
            "test");
    return new Subject(
        unknown.kind(),
        unknown.userId(),
        unknown.groupId(),
        unknown.process(),
        unknown.executable(),
        unknown.sha256(),
        unknown.capabilities(),
        unknown.processName(),
        unknown.commandLine(),
        unknown.processUserId(),
        new Fact.Known<>(cgroup, "test"),
        unknown.ancestors(),
        "test");
  }

  /** Containers, delegated subtrees and nested units name nothing of the host's. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          /system.slice/ssh.service                                        | ssh.service
          /init.scope                                                      | init.scope
          /system.slice/web.service/worker/1                               | web.service
          /system.slice/web.service/ssh.service                            | web.service
          /system.slice/web.service/system.slice/ssh.service               | web.service
          /machine.slice/machine-x.scope/payload/system.slice/ssh.service  | machine-x.scope
          /system.slice/docker-0a1b.scope/init.scope/ssh.service           | docker-0a1b.scope
          /lxc.payload.x/system.slice/ssh.service                          | ''
          /docker/0a1b/system.slice/ssh.service                            | ''
          /system.slice/ssh.service.d/x                                    | ''
          /system.slice/system-getty.slice/getty@tty1.service              | getty@tty1.service
          /user.slice/user-1000.slice/session-3.scope                      | session-3.scope
          /user.slice/user-1000.slice/user@1000.service/app.slice/f.service | user@1000.service/f.service
          /user.slice/user-1000.slice/user@1000.service/f.service/g.service | user@1000.service/f.service
          /user.slice/user-1000.slice/user@1000.service/x/f.service        | user@1000.service
          /user.slice/user-1000.slice/user@1000.service/init.scope         | user@1000.service/init.scope
          /user.slice/user-1000.slice/user@1000.service                    | user@1000.service
          /system.slice/user@x.service/app.slice/f.service                 | user@x.service
          /_user@1.service/f.service                                       | user@1.service/f.service
          //system.slice//ssh.service                                      | ssh.service
          /system.slice/_cpu.service                                       | cpu.service
          /system.slice/systemd-fsck@dev-disk-by\\x2duuid.service           | systemd-fsck@dev-disk-by\\x2duuid.service
          /user.slice                                                      | ''
          /                                                                | ''
          ''                                                               | ''
          """)
  void shouldFindTheUnitInPathOfCgroup(String cgroup, String unit) {
    assertThat(CgroupUnit.of(cgroup).map(CgroupUnit::whole).orElse("")).isEqualTo(unit);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          /system.slice/a\\x2db.service | a\\x2db.service                 | MATCH    | NO_MATCH
          /system.slice/a\\x2db.service | a-b.service                     | MATCH    | NO_MATCH
          /system.slice/a.service       | b.service                       | NO_MATCH | MATCH
          /system.slice                 | a.service                       | NO_MATCH | NO_MATCH
          USERS/app.slice/a\\x2db.service | a-b.service                   | UNKNOWN  | UNKNOWN
          USERS/app.slice/a.service     | user@1000.service/a.service     | MATCH    | NO_MATCH
          USERS/app.slice/a.service     | user@1001.service/a.service     | NO_MATCH | MATCH
          USERS/app.slice/a.service     | b.service                       | NO_MATCH | MATCH
          USERS                         | user@1000.service               | MATCH    | NO_MATCH
          USERS/app.slice/a.service     | user@1000.service               | NO_MATCH | MATCH
          """)
  void shouldLeaveOpenWhatAUserCanName(String cgroup, String written, Truth is, Truth isNot) {
    Endpoint nowhere = new Endpoint(IpAddress.parse("0.0.0.0"), OptionalInt.empty());
    Flow flow = new Flow(Direction.OUT, IpProtocol.ICMP, nowhere, nowhere, OptionalInt.of(8), "");
    Subject subject = in(cgroup.replace("USERS", USERS));
    ValueTest<String> test = value -> Truth.of(value.equals(written));

    assertThat(new UnitMatcher(test, false).test(flow, subject)).isEqualTo(is);
    assertThat(new UnitMatcher(test, true).test(flow, subject)).isEqualTo(isNot);
  }
}
