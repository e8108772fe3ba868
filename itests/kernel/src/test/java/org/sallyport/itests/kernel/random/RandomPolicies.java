// SPDX-License-Identifier: Apache-2.0
package org.sallyport.itests.kernel.random;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.sallyport.itests.kernel.kit.Family;

/**
 * Policies about outbound flows of a lab: each rule is one that some flows of it match and others
 * do not, more often than not. The same seed gives the same policies. Not thread-safe.
 */
public final class RandomPolicies {

  private static final int MAX_RULES = 12;

  private final Random random;
  private final LabWorld world;

  /** Creates a generator. */
  public RandomPolicies(long seed, LabWorld world) {
    this.random = new Random(seed);
    this.world = world;
  }

  private <T> T one(List<T> values) {
    return values.get(random.nextInt(values.size()));
  }

  private boolean chance(int in) {
    return random.nextInt(in) == 0;
  }

  /** The next policy, of one to twelve rules. */
  public PolicySketch next() {
    int count = 1 + random.nextInt(MAX_RULES);
    List<RuleSketch> rules = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      rules.add(rule(String.format("r%02d", i)));
    }
    return new PolicySketch(one(List.of("allow", "deny", "reject")), rules);
  }

  private RuleSketch rule(String id) {
    String action = one(List.of("allow", "deny", "reject", "log"));
    int priority = one(List.of(10, 1000, 1000, 1000));
    // A rule of every flow ends the policy, and has the rest of it tested by nothing.
    int criteria = chance(15) ? 0 : 1 + random.nextInt(3);
    return new RuleSketch(
        id, action, priority, Stream.generate(this::criterion).limit(criteria).toList());
  }

  private CriterionSketch criterion() {
    return switch (random.nextInt(world.programs().isEmpty() ? 10 : 12)) {
      case 0, 1 -> of("user", () -> id(one(world.owners()).user()));
      case 2 -> of("group", () -> id(one(world.owners()).group()));
      case 3 -> of("proto", () -> one(List.of("tcp", "udp", "icmp", "icmpv6", "17", "gre")));
      case 4 -> of("remote.ip", this::address);
      case 5 -> of("remote.net", this::network);
      case 6, 7 -> of("remote.port", this::ports);
      case 8 -> of("iface", () -> one(List.of(world.iface(), world.iface(), "other0")));
      case 9 -> odd();
      default -> of("process.exe", () -> one(world.programs()));
    };
  }

  private CriterionSketch odd() {
    return chance(2)
        ? of("icmp.type", () -> one(List.of("echo-request", "8", "128", "echo-reply", "255")))
        : of("local.ip", () -> one(List.of(Family.values())).host());
  }

  private CriterionSketch of(String attribute, Supplier<String> value) {
    List<String> values = Stream.generate(value).limit(1 + random.nextInt(3)).distinct().toList();
    return new CriterionSketch(attribute, values, chance(4));
  }

  /** An id that somebody has, or a neighbour of it, so that ranges have edges. */
  private String id(long known) {
    return Long.toString(chance(4) ? known + 1 : known);
  }

  private String address() {
    return one(world.remotes().get(one(List.of(Family.values()))));
  }

  /** A network of any length around an address: often it holds some of the addresses only. */
  private String network() {
    try {
      byte[] bytes = InetAddress.getByName(address()).getAddress(); // a literal: nobody is asked
      int bits = bytes.length * 8;
      int length = chance(3) ? random.nextInt(bits + 1) : bits - random.nextInt(5);
      for (int bit = length; bit < bits; bit++) {
        bytes[bit / 8] &= (byte) ~(0x80 >> bit % 8);
      }
      return InetAddress.getByAddress(bytes).getHostAddress() + "/" + length;
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException("the lab's addresses are literal", e);
    }
  }

  private String ports() {
    int a = one(world.ports());
    int b = one(world.ports());
    return switch (random.nextInt(4)) {
      case 0 -> Math.min(a, b) + "-" + Math.max(a, b);
      case 1 -> Integer.toString(a + 1);
      default -> Integer.toString(a);
    };
  }
}
