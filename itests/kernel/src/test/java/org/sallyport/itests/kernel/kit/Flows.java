// SPDX-License-Identifier: Apache-2.0
package org.sallyport.itests.kernel.kit;

/** A program that opens flows at a rate, each from a socket of its own; see flows.pl. */
public final class Flows implements AutoCloseable {

  private final Talker talker;

  Flows(Talker talker) {
    this.talker = talker;
    String first = talker.next();
    if (!first.equals("flooding")) {
      throw new AssertionError("flows.pl says " + first);
    }
  }

  /**
   * What it is to do.
   *
   * @param protocol of the flows
   * @param perSecond how many
   * @param seconds for how long
   * @param patienceS after how many seconds a socket is closed, whatever came of it
   * @param firstPort the first of {@link Load#PORTS} ports they go to in turn
   */
  public record Load(
      Protocol protocol, int perSecond, int seconds, double patienceS, int firstPort) {

    /** How many ports the flows go to. */
    public static final int PORTS = 5;
  }

  /**
   * What came of it.
   *
   * @param sent how many flows were begun
   * @param failed how many of them the kernel refused at once
   * @param connected how many connections stood
   * @param refused how many the peer or we refused
   */
  public record Sum(long sent, long failed, long connected, long refused) {}

  /** Waits for its end, however long it was told to go on. */
  public Sum await() {
    String line = talker.next();
    while (line.startsWith("at ")) {
      line = talker.next();
    }
    String[] words = line.split(" ");
    return new Sum(
        Long.parseLong(words[1]),
        Long.parseLong(words[3]),
        Long.parseLong(words[5]),
        Long.parseLong(words[7]));
  }

  @Override
  public void close() {
    talker.close();
  }
}
