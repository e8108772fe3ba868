// SPDX-License-Identifier: Apache-2.0
package org.sallyport.itests.kernel.kit;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Echoes on a range of ports. What arrives is counted by the kernel of the server's namespace at
 * its very entrance, so that not even a lone SYN is missed.
 */
public final class Server implements AutoCloseable {

  private static final int FIRST = 20_000;
  private static final int LAST = 20_199;

  private static final Pattern COUNTER =
      Pattern.compile(
          "^\\[(\\d+):\\d+] -A PREROUTING -p (\\w+) .*--dport (\\d+) ?$", Pattern.MULTILINE);

  private final Namespaces namespaces;
  private final Talker talker;
  private final long pid;
  private final AtomicInteger next = new AtomicInteger(FIRST);

  /** Starts it. */
  public Server(Namespaces namespaces) throws IOException {
    this.namespaces = namespaces;
    for (Family family : Family.values()) {
      Command.of(family.iptables() + "-nft-restore")
          .reading(counters())
          .in(namespaces.server())
          .must();
    }
    talker =
        new Talker(
            List.of(
                "nsenter",
                "--net=/run/netns/" + namespaces.server(),
                "perl",
                Path.of("src/test/resources/server.pl").toAbsolutePath().toString(),
                Integer.toString(FIRST),
                Integer.toString(LAST)));
    pid = Long.parseLong(talker.next().substring("ready ".length()));
  }

  /** Its process id. */
  public long pid() {
    return pid;
  }

  private static String counters() {
    StringBuilder text = new StringBuilder("*raw\n");
    for (Protocol protocol : Protocol.values()) {
      for (int port = FIRST; port <= LAST; port++) {
        text.append("-A PREROUTING -p ").append(protocol.word());
        text.append(" --dport ").append(port).append('\n');
      }
    }
    for (int port = FIRST; port <= LAST; port++) {
      text.append("-A PREROUTING -p tcp --syn --dport ").append(port).append('\n');
    }
    return text.append("COMMIT\n").toString();
  }

  /** A port that no test used before, so that its counters start at zero. */
  public int freshPort() {
    int port = next.getAndIncrement();
    if (port > LAST) {
      throw new AssertionError("more ports are needed");
    }
    return port;
  }

  /** How many TCP connections were begun to a port, or tried again. */
  public long begun(Family family, int port) {
    Matcher matcher =
        Pattern.compile(
                "^\\[(\\d+):\\d+] -A PREROUTING -p tcp .*--dport " + port + " --tcp-flags .*$",
                Pattern.MULTILINE)
            .matcher(counterRules(family));
    if (!matcher.find()) {
      throw new AssertionError("nothing counts what begins at port " + port);
    }
    return Long.parseLong(matcher.group(1));
  }

  private String counterRules(Family family) {
    return Command.of(family.iptables() + "-nft-save", "-c", "-t", "raw")
        .in(namespaces.server())
        .must()
        .out();
  }

  /** Where packets come to. */
  public record Place(Protocol protocol, Family family, int port) {}

  /** How many packets came to a port. */
  public long arrivals(Protocol protocol, Family family, int port) {
    Long count = arrivals(family).get(new Place(protocol, family, port));
    if (count == null) {
      throw new AssertionError("nothing counts port " + port);
    }
    return count;
  }

  private Map<Place, Long> arrivals(Family family) {
    Map<Place, Long> counts = new HashMap<>();
    Matcher matcher = COUNTER.matcher(counterRules(family));
    while (matcher.find()) {
      Protocol protocol = Protocol.valueOf(matcher.group(2).toUpperCase(Locale.ROOT));
      counts.put(
          new Place(protocol, family, Integer.parseInt(matcher.group(3))),
          Long.parseLong(matcher.group(1)));
    }
    return counts;
  }

  /** How many packets came to every port. */
  public Map<Place, Long> arrivals() {
    Map<Place, Long> counts = new HashMap<>();
    for (Family family : Family.values()) {
      counts.putAll(arrivals(family));
    }
    return counts;
  }

  /** The same, once nothing is under way any more: two equal looks with a round trip between. */
  public Map<Place, Long> settledArrivals() {
    AtomicReference<Map<Place, Long>> last = new AtomicReference<>(arrivals());
    Await.until(
        "no more arrivals",
        Duration.ofSeconds(5),
        () -> {
          Map<Place, Long> now = arrivals();
          return now.equals(last.getAndSet(now));
        });
    return last.get();
  }

  /** The same, once nothing is under way any more: two equal looks with a round trip between. */
  public long settledArrivals(Protocol protocol, Family family, int port) {
    long[] last = {arrivals(protocol, family, port)};
    Await.until(
        "no more arrivals",
        Duration.ofSeconds(5),
        () -> {
          long before = last[0];
          last[0] = arrivals(protocol, family, port);
          return last[0] == before;
        });
    return last[0];
  }

  @Override
  public void close() {
    talker.close();
  }
}
