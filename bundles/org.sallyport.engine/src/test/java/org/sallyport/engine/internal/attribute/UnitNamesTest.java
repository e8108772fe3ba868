// SPDX-License-Identifier: Apache-2.0
package org.sallyport.engine.internal.attribute;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
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

class UnitNamesTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          /system.slice/ssh.service                                        | ssh.service
          /system.slice/web.service/worker/1                               | web.service
          /system.slice/system-getty.slice/getty@tty1.service              | getty@tty1.service
          /user.slice/user-1000.slice/session-3.scope                      | session-3.scope
          /user.slice/user-1000.slice/user@1000.service/app.slice/f.service | f.service
          /user.slice/user-1000.slice/user@1000.service/init.scope         | init.scope
          /system.slice/_cpu.service                                       | cpu.service
          /system.slice/systemd-fsck@dev-disk-by\\x2duuid.service           | systemd-fsck@dev-disk-by\\x2duuid.service
          /user.slice                                                      | ''
          /                                                                | ''
          ''                                                               | ''
          """)
  void shouldFindTheUnitInPathOfCgroup(String cgroup, String unit) {
    assertThat(UnitNames.ofCgroup(cgroup)).isEqualTo(unit);
  }

  @ParameterizedTest
  @CsvSource({"a\\x2db.service,a-b.service", "a\\x2,a\\x2", "\\xc3\\xa4,ä", "\\xzz,\\xzz", "ä,ä"})
  void shouldDecodeEscapes(String name, String decoded) {
    assertThat(UnitNames.decoded(name)).isEqualTo(decoded);
  }

  @Test
  void shouldMatchUnitEscapedOrDecoded() {
    Subject subject =
        Subject.without(
            SubjectKind.PROCESS,
            new Fact.Unknown<>("x"),
            new Fact.Unknown<>("x"),
            new Fact.Unknown<>("x"),
            "test");
    Subject inUnit =
        new Subject(
            subject.kind(),
            subject.userId(),
            subject.groupId(),
            subject.process(),
            subject.executable(),
            subject.sha256(),
            subject.capabilities(),
            subject.processName(),
            subject.commandLine(),
            subject.processUserId(),
            new Fact.Known<>("/system.slice/a\\x2db.service", "test"),
            subject.ancestors(),
            "test");
    Endpoint nowhere = new Endpoint(IpAddress.parse("0.0.0.0"), OptionalInt.empty());
    Flow flow = new Flow(Direction.OUT, IpProtocol.ICMP, nowhere, nowhere, OptionalInt.of(8), "");

    for (String written : new String[] {"a\\x2db.service", "a-b.service"}) {
      ValueTest<String> test = value -> Truth.of(value.equals(written));
      assertThat(new UnitMatcher(test, false).test(flow, inUnit)).isEqualTo(Truth.MATCH);
      assertThat(new UnitMatcher(test, true).test(flow, inUnit)).isEqualTo(Truth.NO_MATCH);
    }
  }
}
