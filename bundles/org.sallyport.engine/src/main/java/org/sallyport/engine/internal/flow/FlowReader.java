// SPDX-License-Identifier: Apache-2.0
package org.sallyport.engine.internal.flow;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.sallyport.api.decision.Hypothesis;
import org.sallyport.api.decision.RuleSyntaxException;
import org.sallyport.api.packet.Direction;
import org.sallyport.api.packet.Endpoint;
import org.sallyport.api.packet.Flow;
import org.sallyport.api.packet.IpAddress;
import org.sallyport.api.packet.IpProtocol;
import org.sallyport.api.rule.Criterion;
import org.sallyport.api.rule.Operator;
import org.sallyport.engine.internal.attribute.Catalog;
import org.sallyport.engine.internal.attribute.IcmpTypes;
import org.sallyport.engine.internal.attribute.IdTest;
import org.sallyport.engine.internal.attribute.Lookups;
import org.sallyport.engine.internal.text.CriterionException;
import org.sallyport.engine.internal.text.CriterionReader;
import org.sallyport.engine.internal.text.RuleReader;
import org.sallyport.engine.internal.text.Word;

/**
 * Reads a made-up flow: {@code [out|in|forward] PROTOCOL PEER [attribute=value…]}. A local address
 * or port that is not given is the unspecified one, 0.0.0.0 or ::, and 0.
 */
public final class FlowReader {

  private static final Set<String> PACKET = Set.of("local.ip", "local.port", "iface", "icmp.type");

  private final Lookups lookups;
  private final Catalog catalog;

  /**
   * Creates a reader.
   *
   * @param lookups what names and paths mean on this host
   * @param catalog the attributes
   */
  public FlowReader(Lookups lookups, Catalog catalog) {
    this.lookups = lookups;
    this.catalog = catalog;
  }

  /** Reads words as a shell split them. */
  public Hypothesis read(List<String> shellWords) throws RuleSyntaxException {
    List<Word> words = Word.ofShell(shellWords);
    Optional<Direction> direction =
        words.isEmpty() ? Optional.empty() : RuleReader.direction(words.get(0).text());
    int at = direction.isPresent() ? 1 : 0;
    if (words.size() < at + 2) {
      throw new RuleSyntaxException(
          "a flow has a protocol and a peer",
          words.isEmpty() ? 1 : words.get(words.size() - 1).column(),
          "Write for example out tcp 10.0.0.2:443 process.exe=/usr/bin/curl.");
    }
    int protocol = protocol(words.get(at));
    Endpoint peer = peer(words.get(at + 1), protocol);
    Map<String, String> packet = new HashMap<>();
    GivenFacts facts = new GivenFacts(lookups);
    for (Word word : words.subList(at + 2, words.size())) {
      fact(word, packet, facts);
    }
    Word last = words.get(words.size() - 1);
    try {
      Flow flow = flow(direction.orElse(Direction.OUT), protocol, peer, packet);
      return new Hypothesis(flow, facts.subject());
    } catch (IllegalArgumentException e) {
      throw wrong(last, e);
    }
  }

  private static RuleSyntaxException wrong(Word word, IllegalArgumentException e) {
    return new RuleSyntaxException(
        CriterionException.bounded(e.getMessage()), word.column(), CriterionException.hintOf(e));
  }

  private static int protocol(Word word) throws RuleSyntaxException {
    Optional<Integer> protocol = IpProtocol.parse(word.text());
    if (protocol.isEmpty()) {
      throw new RuleSyntaxException(
          word.shown() + " is no protocol", word.column(), "Write tcp, udp, icmp or a number.");
    }
    return protocol.get();
  }

  private static Endpoint peer(Word word, int protocol) throws RuleSyntaxException {
    String text = word.text();
    try {
      boolean bracketed = text.startsWith("[");
      int colon = bracketed ? text.indexOf("]:") + 1 : text.indexOf(':');
      boolean port = colon > 0 && (bracketed || colon == text.lastIndexOf(':'));
      String address = port ? text.substring(0, colon) : text;
      if (bracketed && address.endsWith("]")) {
        address = address.substring(1, address.length() - 1);
      }
      OptionalInt number =
          port
              ? OptionalInt.of((int) IdTest.number("port", text.substring(colon + 1), 0, 0xffff))
              : OptionalInt.empty();
      if (port && !IpProtocol.hasPorts(protocol)) {
        throw new CriterionException(IpProtocol.name(protocol) + " has no ports", "");
      }
      return new Endpoint(IpAddress.parse(address), number);
    } catch (IllegalArgumentException e) {
      throw new RuleSyntaxException(
          CriterionException.bounded(e.getMessage()),
          word.column(),
          "Write 10.0.0.2:443, [fd00::2]:443 or an address.");
    }
  }

  private void fact(Word word, Map<String, String> packet, GivenFacts facts)
      throws RuleSyntaxException {
    if (!CriterionReader.looksLike(word.text())) {
      throw new RuleSyntaxException(
          word.shown() + " is no fact", word.column(), "Write attribute=value.");
    }
    Criterion criterion = CriterionReader.read(word, true);
    String attribute = criterion.attribute();
    try {
      boolean plain = criterion.operator() == Operator.EQUALS && !criterion.negated();
      if (!plain || criterion.values().size() != 1) {
        throw new CriterionException(attribute + " has one value here", "Write attribute=value.");
      }
      catalog.checkFor(Catalog.Trust.TYPED).check(criterion);
      put(attribute, criterion.values().get(0), packet, facts);
    } catch (IllegalArgumentException e) {
      throw wrong(word, e);
    }
  }

  private static void put(
      String attribute, String value, Map<String, String> packet, GivenFacts facts) {
    if (PACKET.contains(attribute)) {
      packet.put(attribute, value);
    } else if (attribute.startsWith("process.")
        || attribute.equals("user")
        || attribute.equals("group")
        || attribute.equals("subject")) {
      facts.put(attribute, value);
    } else {
      throw new CriterionException(
          attribute + " cannot be given here",
          "Direction, protocol and peer come first: out tcp 10.0.0.2:443.");
    }
  }

  private static Flow flow(
      Direction direction, int protocol, Endpoint peer, Map<String, String> packet) {
    boolean v4 = peer.address().isIpv4();
    IpAddress local = IpAddress.parse(packet.getOrDefault("local.ip", v4 ? "0.0.0.0" : "::"));
    OptionalInt port =
        IpProtocol.hasPorts(protocol)
            ? OptionalInt.of(Integer.parseInt(packet.getOrDefault("local.port", "0")))
            : OptionalInt.empty();
    String type = packet.get("icmp.type");
    boolean icmp = protocol == IpProtocol.ICMP || protocol == IpProtocol.ICMPV6;
    if ((type != null && !icmp) || (port.isEmpty() && packet.containsKey("local.port"))) {
      throw new CriterionException(
          IpProtocol.name(protocol) + (type == null ? " has no ports" : " is not ICMP"), "");
    }
    return new Flow(
        direction,
        protocol,
        new Endpoint(local, port),
        peer,
        type == null ? OptionalInt.empty() : OptionalInt.of(IcmpTypes.number(type, !v4)),
        packet.getOrDefault("iface", ""));
  }
}
