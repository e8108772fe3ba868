// SPDX-License-Identifier: Apache-2.0
package org.sallyport.engine.internal.policy;

import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import org.sallyport.api.match.Input;
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

/** Flows of a small world, so that rules match and facts are missing now and then. */
final class RandomFlows {

  record Case(Flow flow, Subject subject) {}

  private final Random random;

  RandomFlows(Random random) {
    this.random = random;
  }

  @SafeVarargs
  private <T> T one(T... values) {
    return values[random.nextInt(values.length)];
  }

  @SafeVarargs
  private <T> Fact<T> fact(T... values) {
    return switch (random.nextInt(9)) {
      case 0 -> new Fact.Unknown<>("lost");
      case 1 -> new Fact.Absent<>("none");
      case 2 -> new Fact.Pending<>("coming");
      default -> new Fact.Known<>(values[random.nextInt(values.length)], "test");
    };
  }

  private Executable executable() {
    String path = one("/a", "/b", "/c");
    return new Executable(path, new FileIdentity(9, 9, -1, 0, 0), random.nextBoolean(), false);
  }

  private Endpoint endpoint(boolean ports) {
    return new Endpoint(
        IpAddress.parse(one("10.0.0.2", "192.0.2.1")),
        ports ? OptionalInt.of(one(80, 443)) : OptionalInt.empty());
  }

  Case next() {
    int protocol = one(IpProtocol.TCP, IpProtocol.UDP, IpProtocol.ICMP);
    boolean ports = protocol != IpProtocol.ICMP && random.nextInt(4) > 0;
    OptionalInt type =
        protocol == IpProtocol.ICMP ? OptionalInt.of(one(0, 8)) : OptionalInt.empty();
    Flow flow =
        new Flow(
            Direction.OUT,
            protocol,
            endpoint(ports),
            endpoint(ports),
            type,
            one("", "eth0", "wg0"));
    Fact<List<Ancestor>> chain =
        fact(List.of(new Ancestor(new ProcessId(1, 1), fact(executable()))), List.of());
    return new Case(
        flow,
        new Subject(
            one(SubjectKind.values()),
            fact(0L, 1000L),
            fact(0L, 50L),
            fact(new ProcessId(42, 1), new ProcessId(43, 1)),
            fact(executable(), executable()),
            fact("0".repeat(64), "1".repeat(64)),
            fact(0L, 1L << 13),
            fact("curl", "wget"),
            fact("curl x", "wget y"),
            fact(0L, 1000L),
            fact("/system.slice/web.service", "/user.slice"),
            chain,
            fact(0L, 50L),
            fact("", "/opt/tool"),
            fact("", "snap:lxd"),
            fact("", "web"),
            "test"));
  }

  /** One flow with the inputs named, the other with all the rest. */
  static Case mix(Case one, Case other, Set<Input> inputs) {
    return new Case(
        mixFlow(one.flow(), other.flow(), inputs),
        mixSubject(one.subject(), other.subject(), inputs));
  }

  private static Endpoint mixEnd(Endpoint address, Endpoint port) {
    return new Endpoint(address.address(), port.port());
  }

  private static Flow mixFlow(Flow one, Flow other, Set<Input> inputs) {
    Flow localIp = inputs.contains(Input.LOCAL_ADDRESS) ? one : other;
    Flow remoteIp = inputs.contains(Input.REMOTE_ADDRESS) ? one : other;
    // A tuple is one thing: no flow has the ports of another protocol's.
    boolean transport =
        inputs.contains(Input.PROTOCOL)
            || inputs.contains(Input.LOCAL_PORT)
            || inputs.contains(Input.REMOTE_PORT)
            || inputs.contains(Input.ICMP_TYPE);
    Flow rest = transport ? one : other;
    return new Flow(
        Direction.OUT,
        rest.protocol(),
        mixEnd(localIp.local(), rest.local()),
        mixEnd(remoteIp.remote(), rest.remote()),
        rest.icmp(),
        (inputs.contains(Input.INTERFACE) ? one : other).interfaceName());
  }

  private static Subject mixSubject(Subject one, Subject other, Set<Input> inputs) {
    Subject owner = inputs.contains(Input.SOCKET_OWNER) ? one : other;
    Subject process = inputs.contains(Input.PROCESS) ? one : other;
    return new Subject(
        (inputs.contains(Input.SUBJECT_KIND) ? one : other).kind(),
        owner.userId(),
        owner.groupId(),
        process.process(),
        process.executable(),
        process.sha256(),
        process.capabilities(),
        process.processName(),
        process.commandLine(),
        process.processUserId(),
        owner.cgroup(),
        (inputs.contains(Input.ANCESTORS) ? one : other).ancestors(),
        process.processGroupId(),
        process.script(),
        (inputs.contains(Input.SOCKET_OWNER) ? process : other).app(),
        owner.container(),
        "test");
  }
}
