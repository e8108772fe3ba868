// SPDX-License-Identifier: Apache-2.0
package org.sallyport.netfilter.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.sallyport.api.backend.Enforcement;
import org.sallyport.api.backend.FailModes;
import org.sallyport.api.backend.KernelCount;
import org.sallyport.api.backend.MarkLayout;
import org.sallyport.api.backend.Mode;
import org.sallyport.api.packet.Direction;
import org.sallyport.netfilter.Chain;
import org.sallyport.netfilter.ChainSpec;
import org.sallyport.netfilter.Family;
import org.sallyport.netfilter.HeaderMatch.DestinationPorts;
import org.sallyport.netfilter.KernelState.RuleLine;
import org.sallyport.netfilter.Protocol;
import org.sallyport.netfilter.Rule;
import org.sallyport.netfilter.Table;
import org.sallyport.netfilter.Target;
import org.sallyport.netfilter.Variant;
import org.sallyport.netfilter.frame.Outcome;
import org.sallyport.netfilter.frame.Section;
import org.sallyport.netfilter.internal.frame.KernelFrame;

/** Rules in the frame deciding real packets of a host with itself; needs root. */
class FrameKernelTest {

  private static final MarkLayout MARKS = new MarkLayout(MarkLayout.DEFAULT_MASK);
  private static final int ALLOWED = 7001;
  private static final int DENIED = 7002;
  private static final int REJECTED = 7003;
  private static final int UNKNOWN = 7004;

  @TempDir Path state;
  private TestNamespace namespace;
  private IptablesNetfilter netfilter;
  private KernelFrame frame;

  @BeforeEach
  void setUp() {
    namespace = new TestNamespace();
    namespace.run("/usr/sbin/ip link set lo up");
  }

  @AfterEach
  void tearDown() {
    namespace.close();
  }

  private void use(Variant variant) {
    netfilter = namespace.netfilter(state, Optional.of(variant));
    frame = new KernelFrame(netfilter);
  }

  @ParameterizedTest
  @EnumSource(Variant.class)
  void shouldDecideAndCountToThePacket(Variant variant) {
    use(variant);
    String iptables = TestNamespace.tool(variant, "iptables", "");
    namespace.run(iptables + " -A OUTPUT -p udp --dport " + ALLOWED + " -j ACCEPT");
    enforce(1, Mode.ENFORCE, Protocol.UDP, ALLOWED, DENIED, REJECTED);

    assertThat(sends(ALLOWED)).isEqualTo("ok");
    assertThat(sends(ALLOWED)).isEqualTo("ok");
    assertThat(sends(DENIED)).contains("not permitted");
    assertThat(sends(REJECTED)).contains("not permitted");
    assertThat(packets("SALLYPORT-REFUSE")).as("and told by a message").containsExactly(0L, 1L);
    assertThat(sends(UNKNOWN)).as("nobody allowed it").contains("not permitted");
    assertThat(counted()).isEqualTo(Map.of(ALLOWED, 2L, DENIED, 1L, REJECTED, 1L));
    assertThat(namespace.foreignParts(variant))
        .as("what is allowed meets the rules of others")
        .contains("[2:60] -A OUTPUT -p udp -m udp --dport 7001 -j ACCEPT");

    enforce(2, Mode.ENFORCE, Protocol.UDP, ALLOWED, REJECTED);
    assertThat(sends(ALLOWED)).isEqualTo("ok");
    assertThat(sends(DENIED)).contains("not permitted");
    assertThat(counted()).isEqualTo(Map.of(ALLOWED, 3L, REJECTED, 1L));
    assertThat(frame.generation()).hasValue(2);
    assertThat(frame.differences()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(Variant.class)
  void shouldHandOutCountsOnceThatAreGone(Variant variant) {
    use(variant);
    enforce(1, Mode.ENFORCE, Protocol.UDP, ALLOWED, DENIED);
    sends(ALLOWED);
    sends(DENIED);
    sends(DENIED);

    frame.stage("queue", new Section.Queue(77));
    frame.commit(order(2, Mode.ENFORCE, "queue"), MARKS);

    Map<Chain, KernelCount> gone = frame.counts().gone();
    assertThat(gone.get(chain(ALLOWED)).packets()).isEqualTo(1);
    assertThat(gone.get(chain(DENIED)).packets()).isEqualTo(2);
    assertThat(frame.counts().gone()).isEmpty();
    assertThat(frame.counts().standing()).isEmpty();
    assertThat(netfilter.read().table(Family.IPV4, Table.FILTER).ours())
        .extracting("name")
        .containsExactlyInAnyOrder(
            "SALLYPORT-OUT", "SALLYPORT-OUT-SAFE", "SALLYPORT-OUT-BACK", "SALLYPORT-REFUSE");
    frame.remove();
    assertThat(netfilter.read().table(Family.IPV4, Table.FILTER).ours()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(Variant.class)
  void shouldRefuseNothingWhileObserving(Variant variant) {
    use(variant);
    enforce(1, Mode.OBSERVE, Protocol.UDP, ALLOWED, DENIED, REJECTED);
    for (int port : List.of(ALLOWED, DENIED, REJECTED, UNKNOWN)) {
      assertThat(sends(port)).as("port " + port).isEqualTo("ok");
    }
    assertThat(counted()).isEqualTo(Map.of(ALLOWED, 1L, DENIED, 1L, REJECTED, 1L));
  }

  /** The last segments of a connection come from a socket that no program has any more. */
  @ParameterizedTest
  @EnumSource(Variant.class)
  void shouldLetAnAllowedConnectionEnd(Variant variant) {
    use(variant);
    enforce(1, Mode.ENFORCE, Protocol.TCP, ALLOWED, REJECTED);

    assertThat(perl(CONNECTION)).isEqualTo("ended");

    List<Long> orphans = packets("SALLYPORT-OUT-ORPHAN");
    assertThat(orphans.get(0)).as("known").isPositive();
    assertThat(orphans.get(orphans.size() - 1)).as("dropped").isZero();
    assertThat(namespace.run("/usr/bin/ss -Htan state last-ack")).isEmpty();
    assertThat(perl(CONNECTION.replace("7001", "7003"))).isEqualTo("Connection refused");
  }

  /** The client leaves first; then the server's last word is answered by the kernel alone. */
  private static final String CONNECTION =
      "$s = IO::Socket::INET->new(Listen => 1, LocalPort => 7001, ReuseAddr => 1) or die;"
          + "$c = IO::Socket::INET->new(PeerHost => '127.0.0.1', PeerPort => 7001)"
          + " or do { print $!; exit };"
          + "$a = $s->accept; print $c 'x'; close $c; 1 while sysread $a, $_, 9; close $a;"
          + "print 'ended'";

  private List<Long> packets(String chain) {
    return netfilter
        .read()
        .table(Family.IPV4, Table.FILTER)
        .chain(chain)
        .orElseThrow()
        .rules()
        .stream()
        .map(RuleLine::packets)
        .toList();
  }

  private String perl(String program) {
    CommandResult result =
        namespace.runner().run(List.of("/usr/bin/perl", "-MIO::Socket::INET", "-e", program), "");
    assertThat(result.exitCode()).as(result.errors()).isZero();
    return result.output();
  }

  /** Sends one datagram and says what came of it; a refusal comes back at once on this host. */
  private String sends(int port) {
    return perl(
        "$l = IO::Socket::INET->new(Proto => 'udp', LocalPort => "
            + port
            + ") or die; $c = IO::Socket::INET->new(Proto => 'udp', PeerHost => '127.0.0.1',"
            + " PeerPort => "
            + port
            + ") or die; print defined(syswrite $c, 'xx') && !($! = $c->sockopt(SO_ERROR))"
            + " ? 'ok' : $!");
  }

  private void enforce(int generation, Mode mode, Protocol protocol, int... ports) {
    frame.stage("rules", rules(protocol, ports));
    frame.commit(order(generation, mode, "rules"), MARKS);
  }

  private static Enforcement order(int generation, Mode mode, String backend) {
    return new Enforcement(
        mode,
        generation,
        FailModes.CLOSED,
        true,
        Set.of(Direction.OUT),
        false,
        List.of(backend),
        Optional.empty());
  }

  private Map<Integer, Long> counted() {
    Map<Integer, Long> packets = new TreeMap<>();
    frame
        .counts()
        .standing()
        .forEach((c, n) -> packets.put(Integer.valueOf(c.name().substring(12)), n.packets()));
    return packets;
  }

  private static Chain chain(int port) {
    return new Chain("SALLYPORT-R-" + port);
  }

  private static Section rules(Protocol protocol, int... ports) {
    Chain entry = new Chain("SALLYPORT-T");
    List<Rule> entryRules = new ArrayList<>();
    List<ChainSpec> chains = new ArrayList<>();
    for (int port : ports) {
      Outcome outcome =
          switch (port) {
            case ALLOWED -> Outcome.ALLOW;
            case DENIED -> Outcome.DENY;
            default -> Outcome.REJECT;
          };
      entryRules.add(
          Rule.of(new Target.GoTo(chain(port)), new DestinationPorts(protocol, port, port)));
      chains.add(
          new ChainSpec(
              chain(port),
              List.of(
                  Rule.of(new Target.Count()),
                  Rule.of(new Target.GoTo(outcome.chain(Direction.OUT)))),
              true));
    }
    chains.add(new ChainSpec(entry, entryRules));
    return new Section.Rules(Map.of(Direction.OUT, entry), chains);
  }
}
