// SPDX-License-Identifier: Apache-2.0
package org.sallyport.itests.kernel.kit;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Echoes on a range of ports. What arrives is counted by the kernel of the server's namespace at
 * its very entrance, so that not even a lone SYN is missed.
 */
public final class Server implements AutoCloseable {

  private static final int FIRST = 20_000;
  private static final int LAST = 20_199;

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

  /** How many packets came to a port. */
  public long arrivals(Protocol protocol, Family family, int port) {
    String rules =
        Command.of(family.iptables() + "-nft-save", "-c", "-t", "raw")
            .in(namespaces.server())
            .must()
            .out();
    Matcher matcher =
        Pattern.compile(
                "^\\[(\\d+):\\d+] -A PREROUTING -p "
                    + protocol.word()
                    + " .*--dport "
                    + port
                    + "\\b.*$",
                Pattern.MULTILINE)
            .matcher(rules);
    if (!matcher.find()) {
      throw new AssertionError("nothing counts port " + port);
    }
    return Long.parseLong(matcher.group(1));
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
