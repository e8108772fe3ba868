// SPDX-License-Identifier: Apache-2.0
package org.sallyport.itests.kernel.kit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;

/** Counts datagrams that arrive beside the server, by what they say. */
public final class Collector implements AutoCloseable {

  private final Talker talker;

  /** Starts it on a port that the server does not use. */
  public Collector(Lab lab, int port) {
    try {
      talker =
          new Talker(
              List.of(
                  "nsenter",
                  "--net=/run/netns/" + lab.namespaces().server(),
                  "perl",
                  Path.of("src/test/resources/collector.pl").toAbsolutePath().toString(),
                  Integer.toString(port)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    talker.next();
  }

  /** How many have arrived so far that say so. */
  public long count(String said) {
    return Long.parseLong(talker.ask("count " + said));
  }

  @Override
  public void close() {
    talker.close();
  }
}
