// SPDX-License-Identifier: Apache-2.0
package org.sallyport.engine.internal;

import java.util.List;
import java.util.OptionalInt;
import org.sallyport.api.packet.Direction;
import org.sallyport.api.packet.Endpoint;
import org.sallyport.api.packet.Flow;
import org.sallyport.api.packet.IpAddress;
import org.sallyport.api.packet.IpProtocol;
import org.sallyport.api.subject.Ancestor;
import org.sallyport.api.subject.Executable;
import org.sallyport.api.subject.Fact;
import org.sallyport.api.subject.FileIdentity;
import org.sallyport.api.subject.ProcessId;
import org.sallyport.api.subject.Subject;
import org.sallyport.api.subject.SubjectKind;

/** Flows and whoever is behind them. */
final class Subjects {

  record Case(Flow flow, Subject subject) {}

  private Subjects() {}

  static Flow tcp(String remote, int port) {
    return new Flow(
        Direction.OUT,
        IpProtocol.TCP,
        new Endpoint(IpAddress.parse("10.0.0.1"), OptionalInt.of(40_000)),
        new Endpoint(IpAddress.parse(remote), OptionalInt.of(port)),
        OptionalInt.empty(),
        "eth0");
  }

  /** The same, where nobody knows what was asked for. */
  static Flow rewritten(Flow flow) {
    return new Flow(
        flow.direction(),
        flow.protocol(),
        flow.local(),
        flow.remote(),
        flow.icmp(),
        flow.interfaceName(),
        false);
  }

  static Executable host(String path) {
    return new Executable(path, new FileIdentity(1, 2, -1, 0, 0), true, false);
  }

  static <T> Fact<T> known(T value) {
    return new Fact.Known<>(value, "test");
  }

  /** A program of alice's with every fact known. */
  static Subject program(Executable executable) {
    return program(known(executable));
  }

  static Subject program(Fact<Executable> executable) {
    return new Subject(
        SubjectKind.PROCESS,
        known(1000L),
        known(50L),
        known(new ProcessId(42, 1)),
        executable,
        known("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        known(0L),
        known("curl"),
        known("curl https://example.org"),
        known(1000L),
        known("/system.slice/web.service"),
        known(List.of(new Ancestor(new ProcessId(41, 1), known(host("/usr/bin/bash"))))),
        "test");
  }

  static Subject kernel() {
    Fact<?> none = new Fact.Absent<>("made by the kernel");
    return Subject.without(
        SubjectKind.KERNEL,
        new Fact.Absent<>("no owner"),
        new Fact.Absent<>("no owner"),
        none,
        "test");
  }

  static Subject lost() {
    Fact<?> lost = new Fact.Unknown<>("the process is gone");
    return Subject.without(SubjectKind.UNKNOWN, known(1000L), known(50L), lost, "test");
  }

  static Subject pending() {
    Fact<?> coming = new Fact.Pending<>("who it is");
    return Subject.without(SubjectKind.PENDING, known(1000L), known(50L), coming, "test");
  }
}
