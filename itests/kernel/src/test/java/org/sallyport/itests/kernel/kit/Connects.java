// SPDX-License-Identifier: Apache-2.0
package org.sallyport.itests.kernel.kit;

/** A program that connects again and again, one connection after the other, when told. */
public final class Connects implements AutoCloseable {

  private final String path;
  private final Talker talker;

  Connects(String path, Talker talker) {
    this.path = path;
    this.talker = talker;
    talker.next();
  }

  /**
   * What it got.
   *
   * @param count connections
   * @param failed attempts that failed
   */
  public record Got(long count, long failed) {}

  /** Its executable. */
  public String path() {
    return path;
  }

  /** Has it connect for a while. */
  public Got goOnFor(double seconds) {
    String[] words = talker.ask("go " + seconds).split(" ");
    return new Got(Long.parseLong(words[1]), Long.parseLong(words[3]));
  }

  @Override
  public void close() {
    talker.close();
  }
}
