// SPDX-License-Identifier: Apache-2.0
package org.sallyport.nfqueue.internal.loop;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.sallyport.api.backend.Enforcement;
import org.sallyport.api.backend.FailModes;
import org.sallyport.api.backend.Mode;
import org.sallyport.api.packet.Direction;
import org.sallyport.codec.netlink.Netlink;
import org.sallyport.codec.netlink.NetlinkMessages;
import org.sallyport.codec.netlink.NfqPacket;
import org.sallyport.itests.fuzz.kit.Check;

/**
 * An agent whose queue delivers garbage: datagrams, each behind its length in two bytes. Two agents
 * get the same, each in memory full of another canary. Neither stops, each answers every packet
 * that can be answered exactly once, and both answer alike.
 */
public final class AgentTarget {

  private static final int MAX_DATAGRAM = 1 << 12;
  private static final int MAX_DATAGRAMS = 64;
  private static final int MAX_CYCLES = 20;
  private static final long SECOND_NS = 1_000_000_000L;

  private static final AgentTarget ZEROS = new AgentTarget((byte) 0);
  private static final AgentTarget ONES = new AgentTarget((byte) 0xff);

  private final FuzzPlane plane = new FuzzPlane();
  private final GarbageQueue queue;
  private final AgentReport report = new AgentReport();
  private final NfqueueAgent agent;
  private long nowNs = SECOND_NS;

  private AgentTarget(byte canary) {
    queue = new GarbageQueue(canary);
    Enforcement order =
        new Enforcement(Mode.ENFORCE, 1, FailModes.CLOSED, false, EnumSet.of(Direction.OUT), false);
    AgentSettings settings = new AgentSettings(16, 1024, 1, 2 * SECOND_NS);
    CycleClock clock = new CycleClock(() -> nowNs, () -> 1_000L);
    agent = new NfqueueAgent(queue, plane, settings, new AgentOrders(order), report, clock);
  }

  public static void fuzzerTestOneInput(byte[] input) throws IOException {
    List<byte[]> datagrams = datagrams(input);
    Map<Integer, List<byte[]>> answerable = answerable(datagrams);
    Map<Integer, List<Integer>> first = ZEROS.answers(datagrams, answerable);
    Map<Integer, List<Integer>> second = ONES.answers(datagrams, answerable);
    Check.that(first.equals(second), () -> "answered " + first + " and " + second);
  }

  private static List<byte[]> datagrams(byte[] input) {
    List<byte[]> datagrams = new ArrayList<>();
    int at = 0;
    while (at + 2 <= input.length && datagrams.size() < MAX_DATAGRAMS) {
      int stated = (input[at] & 0xff) << 8 | (input[at + 1] & 0xff);
      int end = Math.min(input.length, at + 2 + stated % (MAX_DATAGRAM + 1));
      datagrams.add(Arrays.copyOfRange(input, at + 2, end));
      at = end;
    }
    return datagrams;
  }

  /** By id: each message that can be answered. */
  private static Map<Integer, List<byte[]>> answerable(List<byte[]> datagrams) {
    Map<Integer, List<byte[]>> found = new TreeMap<>();
    NetlinkMessages messages = new NetlinkMessages();
    NfqPacket packet = new NfqPacket();
    for (byte[] datagram : datagrams) {
      ByteBuffer bytes = ByteBuffer.wrap(datagram).order(ByteOrder.nativeOrder());
      messages.wrap(bytes, 0, datagram.length);
      while (messages.next()) {
        if (messages.type() == NfqPacket.TYPE) {
          packet.wrap(messages);
          if (packet.hasPacketId()) {
            int payload = messages.payloadOffset();
            byte[] message =
                Arrays.copyOfRange(
                    datagram, payload - Netlink.HEADER_LENGTH, payload + messages.payloadLength());
            found.computeIfAbsent(packet.packetId(), id -> new ArrayList<>()).add(message);
          }
        }
      }
    }
    return found;
  }

  private Map<Integer, List<Integer>> answers(
      List<byte[]> datagrams, Map<Integer, List<byte[]>> messages) throws IOException {
    Map<Integer, Integer> asked = counts(messages);
    plane.move();
    queue.deliver(datagrams, messages);
    agent.doWork();
    for (int i = 0; i < MAX_CYCLES && !counts(queue.answers()).equals(asked); i++) {
      nowNs += SECOND_NS / 2;
      agent.doWork();
    }
    nowNs += 3 * SECOND_NS;
    agent.doWork();
    Map<Integer, Integer> counts = counts(queue.answers());
    Check.that(counts.equals(asked), () -> "answered " + counts + " times, asked " + asked);
    Map<Integer, List<Integer>> answers = new TreeMap<>();
    queue.answers().forEach((id, given) -> answers.put(id, given.stream().sorted().toList()));
    return answers;
  }

  private static Map<Integer, Integer> counts(Map<Integer, ? extends List<?>> lists) {
    Map<Integer, Integer> counts = new TreeMap<>();
    lists.forEach((id, list) -> counts.put(id, list.size()));
    return counts;
  }
}
