// SPDX-License-Identifier: Apache-2.0
package org.sallyport.backend.owneriptables.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.sallyport.api.backend.Enforcement;
import org.sallyport.api.backend.FailModes;
import org.sallyport.api.backend.KernelCount;
import org.sallyport.api.backend.Mode;
import org.sallyport.api.decision.FlowTest;
import org.sallyport.api.decision.IdRange;
import org.sallyport.api.decision.KernelProgram;
import org.sallyport.api.decision.KernelStep;
import org.sallyport.api.decision.PortRange;
import org.sallyport.api.decision.Verdict;
import org.sallyport.api.packet.Direction;
import org.sallyport.api.packet.IpNetwork;
import org.sallyport.api.rule.Action;
import org.sallyport.netfilter.Variant;
import org.sallyport.netfilter.internal.NamespaceFrame;

/** The backend on the real kernel: pings of several users in a network namespace. Needs root. */
class OwnerIptablesKernelTest {

  private static final long LOGGED = 2001;
  private static final long REJECTED = 2002;
  private static final long ALLOWED = 2003;
  private static final long PASSED_ON = 2004;

  private static final List<KernelStep> BY_USER =
      List.of(
          new KernelStep.Decide("note", Action.LOG, List.of(user(LOGGED))),
          new KernelStep.Decide("no", Action.DENY, List.of(user(LOGGED))),
          new KernelStep.Decide("never-and-not-at-all", Action.REJECT, List.of(user(REJECTED))),
          new KernelStep.PassOn("other", List.of(user(PASSED_ON)), "chance"),
          new KernelStep.Decide("yes", Action.ALLOW, List.of(user(ALLOWED))));

  @TempDir private Path state;
  @TempDir private Path proc;
  private PingHost host;

  @BeforeEach
  void makeHost() throws Exception {
    host = new PingHost(proc);
  }

  @AfterEach
  void removeHost() throws Exception {
    host.close();
  }

  @ParameterizedTest
  @EnumSource(Variant.class)
  void shouldDecideByUserAndCountToThePacket(Variant variant) throws Exception {
    OwnerIptablesBackend backend = backend(variant);
    enforce(backend, 1, program(BY_USER, Verdict.DENY));

    assertThat(host.ping(ALLOWED, PingHost.V4)).endsWith("exit 0");
    assertThat(host.ping(LOGGED, PingHost.V4)).doesNotContain("bytes from");
    assertThat(host.ping(REJECTED, PingHost.V4)).doesNotContain("bytes from");
    assertThat(host.ping(PASSED_ON, PingHost.V4)).doesNotContain("bytes from");
    assertThat(host.ping(0, PingHost.V4)).doesNotContain("bytes from");
    assertThat(host.arrived()).isEqualTo(1);

    KernelCount one = new KernelCount(1, PingHost.V4_BYTES);
    assertThat(backend.counts().standing())
        .isEqualTo(Map.of("note", one, "no", one, "never-and-not-at-all", one, "yes", one));

    enforce(backend, 2, program(BY_USER, Verdict.REJECT));
    assertThat(host.ping(ALLOWED, PingHost.V4)).endsWith("exit 0");
    assertThat(host.ping(ALLOWED, PingHost.V6)).endsWith("exit 0");
    assertThat(host.ping(LOGGED, PingHost.V6)).doesNotContain("bytes from");

    assertThat(backend.counts().standing())
        .containsEntry("yes", new KernelCount(3, 2 * PingHost.V4_BYTES + PingHost.V6_BYTES))
        .containsEntry("note", new KernelCount(2, PingHost.V4_BYTES + PingHost.V6_BYTES));
    assertThat(backend.health().active()).isTrue();
    assertThat(backend.health().figures()).startsWith("rules 4, chains 3, at most ");
  }

  @Test
  void shouldTellTheLastWordOnARuleThatIsGone() throws Exception {
    OwnerIptablesBackend backend = backend(Variant.NFT);
    enforce(backend, 1, program(BY_USER, Verdict.DENY));
    host.ping(REJECTED, PingHost.V4);

    enforce(backend, 2, program(BY_USER.subList(3, 5), Verdict.DENY));

    assertThat(backend.counts().gone())
        .containsEntry("never-and-not-at-all", new KernelCount(1, PingHost.V4_BYTES));
    assertThat(backend.counts().gone()).isEmpty();
  }

  @Test
  void shouldTellTheLastWordOnEveryRuleWhenItIsDisarmed() throws Exception {
    OwnerIptablesBackend backend = backend(Variant.NFT);
    enforce(backend, 1, program(BY_USER, Verdict.DENY));
    host.ping(ALLOWED, PingHost.V4);

    backend.disarm();

    assertThat(backend.counts().gone())
        .containsEntry("yes", new KernelCount(1, PingHost.V4_BYTES))
        .containsEntry("no", KernelCount.ZERO);
    assertThat(backend.counts().gone()).isEmpty();
  }

  @Test
  void shouldNameTheRuleForWhichThereIsNoRoomAndTouchNothing() throws Exception {
    OwnerIptablesBackend backend = backend(Variant.NFT);
    enforce(backend, 1, program(BY_USER, Verdict.DENY));
    List<IdRange> users = new ArrayList<>();
    List<PortRange> ports = new ArrayList<>();
    for (int i = 0; i < 65; i++) {
      users.add(new IdRange(2L * i, 2L * i));
      ports.add(new PortRange(2 * i, 2 * i));
    }
    FlowTest anyOf = new FlowTest.Owner(FlowTest.IdKind.USER, users, false);
    FlowTest to = new FlowTest.Ports(FlowTest.End.REMOTE, ports, false);
    FlowTest tcp = new FlowTest.Protocols(Set.of(6), false);
    KernelStep wide = new KernelStep.Decide("wide", Action.ALLOW, List.of(tcp, anyOf, to));
    List<String> stack = List.of("owner-iptables");

    Map<String, String> refused =
        backend.tooLarge(order(2, Optional.of(program(List.of(wide), Verdict.DENY)), stack));

    assertThat(refused).containsOnlyKeys("wide");
    assertThat(refused.get("wide")).contains("4096");
    assertThat(backend.tooLarge(order(2, Optional.of(program(BY_USER, Verdict.DENY)), stack)))
        .isEmpty();
    assertThat(backend.health().active()).isTrue();
    assertThat(host.ping(ALLOWED, PingHost.V4)).endsWith("exit 0");
  }

  /** A program that asks for an address is judged by it, wherever nat leads it. */
  @ParameterizedTest
  @EnumSource(Variant.class)
  void shouldJudgeWhatTheProgramAskedFor(Variant variant) throws Exception {
    String tool = variant == Variant.NFT ? "iptables-nft" : "iptables-legacy";
    host.inHost(
        (tool + " -t nat -A OUTPUT -d " + PingHost.ELSEWHERE + " -j DNAT --to " + PingHost.V4)
            .split(" "));
    OwnerIptablesBackend backend = backend(variant);
    FlowTest elsewhere = remote(PingHost.ELSEWHERE);
    enforce(
        backend,
        1,
        program(
            List.of(new KernelStep.Decide("elsewhere", Action.ALLOW, List.of(elsewhere))),
            Verdict.DENY));
    assertThat(host.ping(ALLOWED, PingHost.ELSEWHERE)).endsWith("exit 0");
    assertThat(host.ping(ALLOWED, PingHost.V4)).doesNotContain("bytes from");

    enforce(
        backend,
        2,
        program(
            List.of(new KernelStep.Decide("peer", Action.ALLOW, List.of(remote(PingHost.V4)))),
            Verdict.DENY));
    assertThat(host.ping(ALLOWED, PingHost.ELSEWHERE)).doesNotContain("bytes from");
    assertThat(host.ping(ALLOWED, PingHost.V4)).endsWith("exit 0");
  }

  /** What is printed is what the kernel gives back, whatever the program. */
  @ParameterizedTest
  @EnumSource(Variant.class)
  void shouldBeReadBackWhateverTheProgram(Variant variant) throws Exception {
    OwnerIptablesBackend backend = backend(variant);
    for (int seed = 0; seed < 12; seed++) {
      enforce(backend, 1 + seed, new RandomPolicy(seed).program(1 + 2 * seed));
      assertThat(backend.health().problems()).as("seed " + seed).isEmpty();
      assertThat(backend.health().active()).isTrue();
    }
    backend.disarm();
    assertThat(backend.generationInKernel()).isEmpty();
    assertThat(backend.health().active()).isFalse();
  }

  @Test
  void shouldRefuseEverythingUntilThereIsAPolicyWhereItIsAlone() throws Exception {
    OwnerIptablesBackend backend = backend(Variant.NFT);
    backend.guard(new MarksOnly(), order(1, Optional.empty(), List.of("owner-iptables")));
    assertThat(host.ping(ALLOWED, PingHost.V4)).doesNotContain("bytes from");
    enforce(backend, 2, program(BY_USER, Verdict.DENY));
    assertThat(host.ping(ALLOWED, PingHost.V4)).endsWith("exit 0");
  }

  private OwnerIptablesBackend backend(Variant variant) {
    return new OwnerIptablesBackend(
        NamespaceFrame.in(host.namespace(), host.proc(), state, variant));
  }

  private static void enforce(OwnerIptablesBackend backend, int generation, KernelProgram program)
      throws Exception {
    Enforcement order = order(generation, Optional.of(program), List.of("owner-iptables"));
    backend.prepare(new MarksOnly(), order);
    backend.enforce(new MarksOnly(), order);
  }

  private static Enforcement order(
      int generation, Optional<KernelProgram> program, List<String> stack) {
    return new Enforcement(
        Mode.ENFORCE,
        generation,
        FailModes.CLOSED,
        false,
        EnumSet.allOf(Direction.class),
        false,
        stack,
        program);
  }

  private static KernelProgram program(List<KernelStep> out, Verdict verdict) {
    Map<Direction, List<KernelStep>> steps = new EnumMap<>(Direction.class);
    Map<Direction, Verdict> defaults = new EnumMap<>(Direction.class);
    for (Direction direction : Direction.values()) {
      steps.put(direction, direction == Direction.OUT ? out : List.of());
      defaults.put(direction, direction == Direction.OUT ? verdict : Verdict.ALLOW);
    }
    return new KernelProgram(steps, defaults);
  }

  private static FlowTest user(long id) {
    return new FlowTest.Owner(FlowTest.IdKind.USER, List.of(new IdRange(id, id)), false);
  }

  private static FlowTest remote(String address) {
    return new FlowTest.Networks(FlowTest.End.REMOTE, List.of(IpNetwork.parse(address)), false);
  }
}
