// SPDX-License-Identifier: Apache-2.0
package org.sallyport.itests.kernel.kit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Many programs that each send once and are gone.
 *
 * @param kind how they send
 * @param port where to, on the server
 * @param count how many in all
 * @param rows how many at a time
 * @param says what they send: the same words, or {@link #OWN}
 */
public record Burst(Kind kind, int port, int count, int rows, String says) {

  /** Each program says {@code program N}, with its number among those that take turns. */
  public static final String OWN = "own";

  private static final int PROGRAMS_PER_SECOND = 20; // far fewer than any machine starts

  /** How a program sends. */
  public enum Kind {
    /** A datagram with an address, from a socket that is not connected. */
    UDP("udp"),
    /** A datagram from a connected socket. */
    CONNECTED_UDP("connected"),
    /** A datagram from a socket that another program connected before it became this one. */
    HANDED_ON("handed"),
    /** As {@link #HANDED_ON}, and that one becomes the first one again as soon as it has sent. */
    HANDED_BACK("back"),
    /**
     * As {@link #UDP}, each by a process with the number of the one before that is gone; one row.
     */
    SAME_PID("pid"),
    /** A connection is begun, and not waited for. */
    TCP("tcp");

    private final String word;

    Kind(String word) {
      this.word = word;
    }
  }

  /**
   * Has these programs each send once and end, and returns when all have. They take turns in rows,
   * and the datagrams of a row come from one port.
   *
   * @param lab where
   * @param names their executables
   * @return of {@link Kind#SAME_PID}, how many had the number of the first; else 0
   */
  public int run(Lab lab, String... names) {
    List<String> command = new ArrayList<>();
    command.addAll(List.of("nsenter", "--net=/run/netns/" + lab.namespaces().host(), "perl"));
    command.add(Path.of("src/test/resources/burst.pl").toAbsolutePath().toString());
    command.addAll(List.of(Family.V4.server(), Integer.toString(port)));
    command.addAll(List.of(Integer.toString(count), Integer.toString(rows), kind.word, says));
    Stream.of(names).map(lab::executable).forEach(command::add);
    try (Talker talker = new Talker(command)) {
      talker.next();
      String answer = talker.askPatiently("go", 60 + count / PROGRAMS_PER_SECOND);
      int same = 0;
      if (kind == Kind.SAME_PID) {
        same = Integer.parseInt(answer.substring("same ".length()));
        answer = talker.next();
      }
      if (!answer.equals("done")) {
        throw new AssertionError("a program could not send: " + answer);
      }
      return same;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
