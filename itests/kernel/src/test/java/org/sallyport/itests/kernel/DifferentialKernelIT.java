// SPDX-License-Identifier: Apache-2.0
package org.sallyport.itests.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.sallyport.itests.kernel.kit.Command;
import org.sallyport.itests.kernel.kit.Family;
import org.sallyport.itests.kernel.kit.Lab;
import org.sallyport.itests.kernel.kit.Program;
import org.sallyport.itests.kernel.kit.Protocol;
import org.sallyport.itests.kernel.kit.Server;
import org.sallyport.itests.kernel.random.LabWorld;
import org.sallyport.itests.kernel.random.PolicySketch;
import org.sallyport.itests.kernel.random.RandomFlows;
import org.sallyport.itests.kernel.random.RandomPolicies;
import org.sallyport.itests.kernel.random.Shrinker;
import org.sallyport.itests.kernel.random.TrialFlow;

/**
 * For random policies and random flows: what the engine says is what becomes of real packets, under
 * every stack that takes the policy.
 *
 * <p>{@code -Dsallyport.policies=2000} is the long form, {@code -Dsallyport.policy.seed=N} begins
 * elsewhere.
 */
class DifferentialKernelIT {

  private static final int POLICIES = Integer.getInteger("sallyport.policies", 15);
  private static final long SEED = Long.getLong("sallyport.policy.seed", 4);
  private static final int FLOWS = 14;
  private static final int PATIENCE_MS = 2000;
  private static final int PATIENCE_OF_REFUSED_MS = 200;

  /** No counter of the server tells of it: only its answer does. */
  private static final int PATIENCE_OF_REFUSED_PING_MS = 1000;

  private static final int SHRINK_TRIALS = 60;
  private static final int REPORTED = 50;
  private static final List<String> STACKS =
      List.of("nfqueue", "owner-iptables", "owner-iptables,nfqueue");
  private static final List<LabWorld.Owner> OWNERS =
      List.of(
          new LabWorld.Owner(0, 0),
          new LabWorld.Owner(1201, 1301),
          new LabWorld.Owner(1202, 1301),
          new LabWorld.Owner(1203, 1302));

  private final Map<LabWorld.Owner, Program> programs = new HashMap<>();
  private final Map<String, Integer> taken = new HashMap<>();
  private Lab lab;
  private LabWorld world;

  @BeforeEach
  void start() {
    lab = Lab.enforcing();
    Map<Family, List<String>> remotes = new HashMap<>();
    for (Family family : Family.values()) {
      String prefix = family.server().substring(0, family.server().length() - 1);
      List<String> more = List.of(prefix + "3", prefix + "4");
      String length = family == Family.V4 ? "/24" : "/64";
      for (String address : more) {
        List<String> words =
            new ArrayList<>(List.of("ip", "address", "add", address + length, "dev", "wire"));
        if (family == Family.V6) {
          words.add("nodad");
        }
        Command.of(words.toArray(String[]::new)).in(lab.namespaces().server()).must();
      }
      remotes.put(family, List.of(family.server(), more.get(0), more.get(1)));
    }
    List<Integer> ports = IntStream.range(0, 4).mapToObj(i -> lab.server().freshPort()).toList();
    world = new LabWorld(OWNERS, List.of(), remotes, ports, "wire");
    for (LabWorld.Owner owner : OWNERS) {
      Program program = lab.program("program-" + owner.user());
      if (owner.user() != 0) {
        program = program.as((int) owner.user(), (int) owner.group());
      }
      programs.put(owner, program);
    }
  }

  @AfterEach
  void stop() {
    programs.values().forEach(Program::close);
    lab.close();
  }

  /** One flow that came out otherwise than the engine says. */
  private record Difference(String stack, TrialFlow flow, boolean expected) {}

  @Test
  void shouldDecideRealPacketsAsTheEngineDoes(TestReporter reporter) {
    RandomPolicies policies = new RandomPolicies(SEED, world);
    RandomFlows flows = new RandomFlows(SEED, world);
    int delivered = 0;
    int refused = 0;
    for (int i = 0; i < POLICIES; i++) {
      PolicySketch policy = policies.next();
      List<TrialFlow> tried = distinct(flows);
      apply(policy);
      List<Boolean> expected = tried.stream().map(this::engineAllows).toList();
      delivered += (int) expected.stream().filter(allowed -> allowed).count();
      refused += (int) expected.stream().filter(allowed -> !allowed).count();
      Optional<Difference> difference = difference(tried, expected);
      if (difference.isPresent()) {
        fail(i, policy, difference.get());
      }
      if ((i + 1) % REPORTED == 0) {
        reporter.publishEntry(
            "policies",
            String.format(
                "%d of seed %d: stacks took %s, %d flows passed, %d were refused",
                i + 1, SEED, taken, delivered, refused));
      }
    }
    assertThat(delivered).as("flows that pass").isGreaterThanOrEqualTo(POLICIES);
    assertThat(refused).as("flows that are refused").isGreaterThanOrEqualTo(POLICIES);
    assertThat(taken.get("nfqueue")).isEqualTo(POLICIES);
    assertThat(taken.get("owner-iptables,nfqueue")).isEqualTo(POLICIES);
    assertThat(taken.get("owner-iptables")).as("policies taken").isGreaterThan(POLICIES / 2);
  }

  /** Flows that the server can tell apart: each has a port, protocol and family of its own. */
  private List<TrialFlow> distinct(RandomFlows flows) {
    List<TrialFlow> tried = new ArrayList<>();
    Set<String> places = new HashSet<>();
    for (int i = 0; i < 10 * FLOWS && tried.size() < FLOWS; i++) {
      TrialFlow flow = flows.next();
      String remote = flow.kind() == TrialFlow.Kind.PING ? flow.remote() : "";
      if (places.add(flow.protocol() + flow.family() + flow.port() + remote)) {
        tried.add(flow);
      }
    }
    return tried;
  }

  private void apply(PolicySketch policy) {
    Command.Result result = lab.client().reading(policy.yaml(), "apply", "-");
    assertThat(result.status()).as("apply: %s\n%s", result.err(), policy.yaml()).isZero();
  }

  private boolean engineAllows(TrialFlow flow) {
    List<String> words = new ArrayList<>(List.of("explain"));
    words.addAll(flow.explainWords(world.iface()));
    JsonNode said = lab.client().json(words.toArray(String[]::new));
    return said.get("decision").get("verdict").asText().equals("allow");
  }

  private Optional<Difference> difference(List<TrialFlow> flows, List<Boolean> expected) {
    for (String stack : STACKS) {
      if (!takes(stack)) {
        continue;
      }
      List<Boolean> seen = send(flows, expected);
      for (int i = 0; i < flows.size(); i++) {
        if (!seen.get(i).equals(expected.get(i))) {
          return Optional.of(new Difference(stack, flows.get(i), expected.get(i)));
        }
      }
    }
    return Optional.empty();
  }

  /** Whether a stack takes the policy; one that cannot hold a rule of it says so. */
  private boolean takes(String stack) {
    Command.Result result = lab.client().run("backend-use", stack);
    if (result.status() == 0) {
      taken.merge(stack, 1, Integer::sum);
      return true;
    }
    assertThat(result.err()).contains("owner-iptables cannot hold the rule");
    return false;
  }

  /**
   * Whether each flow's packets came to the server, by its kernel's counters. Whoever should be
   * refused is not waited for long: what comes late is counted nevertheless.
   */
  private List<Boolean> send(List<TrialFlow> flows, List<Boolean> expected) {
    Map<Server.Place, Long> before = lab.server().arrivals();
    Map<TrialFlow, Boolean> answered = new ConcurrentHashMap<>();
    OWNERS.parallelStream()
        .forEach(
            owner -> {
              for (int i = 0; i < flows.size(); i++) {
                if (flows.get(i).owner().equals(owner)) {
                  answered.put(flows.get(i), attempt(flows.get(i), expected.get(i)));
                }
              }
            });
    Map<Server.Place, Long> after = lab.server().settledArrivals();
    return flows.stream()
        .map(
            flow ->
                answered.get(flow)
                    || (flow.kind() != TrialFlow.Kind.PING
                        && after.get(place(flow)) > before.get(place(flow))))
        .toList();
  }

  private static Server.Place place(TrialFlow flow) {
    return new Server.Place(protocol(flow), flow.family(), flow.port());
  }

  private static Protocol protocol(TrialFlow flow) {
    return flow.kind() == TrialFlow.Kind.TCP ? Protocol.TCP : Protocol.UDP;
  }

  /** Whether an answer came, which proves that the flow was let pass. */
  private boolean attempt(TrialFlow flow, boolean allowed) {
    int refusedMs =
        flow.kind() == TrialFlow.Kind.PING ? PATIENCE_OF_REFUSED_PING_MS : PATIENCE_OF_REFUSED_MS;
    int patienceMs = allowed ? PATIENCE_MS : refusedMs;
    Program program = programs.get(flow.owner()).patientForMs(patienceMs);
    String word =
        switch (flow.kind()) {
          case TCP -> program.tcp(flow.remote(), flow.port()).word();
          case UDP -> program.udp(flow.remote(), flow.port()).word();
          case PING -> program.ping(flow.remote()).word();
        };
    program.drop();
    return word.equals("connected") || word.equals("echo");
  }

  private void fail(int number, PolicySketch policy, Difference first) {
    PolicySketch smallest =
        new Shrinker(SHRINK_TRIALS)
            .smallest(
                policy,
                one -> {
                  apply(one);
                  List<Boolean> allows = List.of(engineAllows(first.flow()));
                  lab.client().must("backend-use", first.stack());
                  return !send(List.of(first.flow()), allows).equals(allows);
                });
    throw new AssertionError(
        String.format(
            "policy %d of seed %d: under %s the flow '%s' should %s. The smallest policy of which"
                + " that is true:%n%s",
            number,
            SEED,
            first.stack(),
            String.join(" ", first.flow().explainWords(world.iface())),
            first.expected() ? "pass" : "be refused",
            smallest.yaml()));
  }
}
