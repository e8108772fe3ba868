// SPDX-License-Identifier: Apache-2.0
package org.sallyport.itests.kernel.kit;

/** A program that opens connections at a steady rate until it is stopped, and judges each. */
public final class Traffic implements AutoCloseable {

  private final Talker talker;
  private final long pid;

  Traffic(String path, Talker talker) {
    this.talker = talker;
    String ready = talker.next();
    if (!ready.startsWith("ready ")) {
      throw new AssertionError(path + " says " + ready);
    }
    pid = Long.parseLong(ready.substring("ready ".length()));
  }

  /**
   * What came of all attempts.
   *
   * @param attempts connections begun
   * @param connected connections that opened
   * @param givenUp connections that had no answer within the patience
   * @param errors connections that met an error
   * @param worstMs the longest connect, in milliseconds
   * @param medianMs the median of all connects, in milliseconds
   * @param late connects above the limit
   * @param words the errors by number
   */
  public record Outcome(
      long attempts,
      long connected,
      long givenUp,
      long errors,
      long worstMs,
      double medianMs,
      long late,
      String words) {}

  /**
   * What came of the attempts since the last mark.
   *
   * @param worstMs the longest connect, in milliseconds
   * @param failures errors and late connects since the start
   * @param connected connections that opened since the start
   */
  public record Mark(long worstMs, long failures, long connected) {}

  /** Its process id. */
  public long pid() {
    return pid;
  }

  /** Starts the traffic. */
  public Traffic begin() {
    talker.tell("begin");
    return this;
  }

  /** Tells how it went since the last mark. */
  public Mark mark() {
    String[] words = talker.ask("mark").split(" ");
    return new Mark(Long.parseLong(words[1]), Long.parseLong(words[2]), Long.parseLong(words[3]));
  }

  /** Stops the traffic. */
  public Outcome stop() {
    String[] words = talker.ask("stop").split(" ");
    return new Outcome(
        Long.parseLong(words[0]),
        Long.parseLong(words[1]),
        Long.parseLong(words[2]),
        Long.parseLong(words[3]),
        Long.parseLong(words[4]),
        Double.parseDouble(words[5]),
        Long.parseLong(words[6]),
        words[7]);
  }

  @Override
  public void close() {
    talker.close();
  }

  /** The switch is measured, not the neighbours; where that is not allowed, all run alike. */
  public static void prefer(long... pids) {
    for (long pid : pids) {
      Command.of("chrt", "--all-tasks", "--rr", "--pid", "1", Long.toString(pid)).run();
    }
  }
}
