// SPDX-License-Identifier: Apache-2.0
package org.sallyport.kernel.nfqueue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What the kernel says about a queue: a line of {@code /proc/net/netfilter/nfnetlink_queue}, the
 * only place where losses show ({@code net/netfilter/nfnetlink_queue.c}, seq_show).
 *
 * @param queueNumber 0 to 65535
 * @param portId the netlink port id of the socket that owns the queue, unsigned
 * @param waiting packets that wait for a verdict
 * @param copyMode 0 none, 1 only metadata, 2 packets
 * @param copyRangeBytes how much of each packet is copied
 * @param droppedByQueue packets dropped since the queue was full
 * @param droppedByReceiver packets dropped since the receive buffer was full
 * @param lastPacketId the id of the last packet queued
 */
public record NfqueueStats(
    int queueNumber,
    long portId,
    long waiting,
    int copyMode,
    long copyRangeBytes,
    long droppedByQueue,
    long droppedByReceiver,
    long lastPacketId) {

  /** Where the kernel tells, for the network namespace of the calling thread. */
  public static final Path PROC_FILE = Path.of("/proc/thread-self/net/netfilter/nfnetlink_queue");

  private static final int FIELDS = 8;

  /**
   * Reads the line of one queue.
   *
   * @param procFile {@link #PROC_FILE}
   * @param queueNumber 0 to 65535
   * @return the figures, or empty if nobody owns the queue or the file cannot be read
   */
  public static Optional<NfqueueStats> read(Path procFile, int queueNumber) {
    List<String> lines;
    try {
      lines = Files.readAllLines(procFile, StandardCharsets.US_ASCII);
    } catch (IOException e) {
      // the file is missing where the kernel has no queues; then nobody owns one
      return Optional.empty();
    }
    return lines.stream()
        .flatMap(line -> parse(line).stream())
        .filter(stats -> stats.queueNumber == queueNumber)
        .findFirst();
  }

  /**
   * How many packets the queues of this network namespace have lost in all.
   *
   * @param procFile {@link #PROC_FILE}
   * @return their number; one that got smaller means that a queue was given up; -1 if not told
   */
  public static long losses(Path procFile) {
    try {
      return Files.readAllLines(procFile, StandardCharsets.US_ASCII).stream()
          .flatMap(line -> parse(line).stream())
          .mapToLong(stats -> stats.droppedByQueue + stats.droppedByReceiver)
          .sum();
    } catch (IOException e) {
      return -1;
    }
  }

  private static Optional<NfqueueStats> parse(String line) {
    String[] field = line.strip().split("\\s+");
    if (field.length < FIELDS) {
      return Optional.empty();
    }
    long[] number = new long[FIELDS];
    try {
      for (int i = 0; i < FIELDS; i++) {
        number[i] = Long.parseLong(field[i]);
      }
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
    return Optional.of(
        new NfqueueStats(
            (int) number[0],
            number[1] & 0xffff_ffffL,
            number[2],
            (int) number[3],
            number[4],
            number[5],
            number[6],
            number[7]));
  }
}
