// SPDX-License-Identifier: Apache-2.0
package org.sallyport.nfqueue.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A program in a network namespace that is spoken to by lines, with deadlines. */
final class Conversation implements AutoCloseable {

  private static final long DEADLINE_S = 30;

  private final Process process;
  private final Writer toProcess;
  private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();

  Conversation(String namespace, List<String> words) throws IOException {
    List<String> all = new ArrayList<>(List.of("nsenter", "--net=/run/netns/" + namespace));
    all.addAll(words);
    process = new ProcessBuilder(all).redirectErrorStream(true).start();
    toProcess = process.outputWriter(StandardCharsets.UTF_8);
    Thread reader = new Thread(this::read, "lines of " + words.get(0));
    reader.setDaemon(true);
    reader.start();
  }

  private void read() {
    try (BufferedReader out =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        lines.add(line);
      }
    } catch (IOException e) {
      lines.add("broken: " + e);
    }
  }

  /** The next line, which must come before the deadline. */
  String hear() throws InterruptedException {
    String line = lines.poll(DEADLINE_S, TimeUnit.SECONDS);
    assertThat(line).as("a line within %d s", DEADLINE_S).isNotNull();
    return line;
  }

  /** Whether a line is there, now. */
  boolean hasSpoken() {
    return !lines.isEmpty();
  }

  /**
   * That many lines, each before the deadline, and all that are there then: a connection is open
   * for its opener before its peer has taken it.
   */
  List<String> awaitHeard(int count) throws InterruptedException {
    List<String> all = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      all.add(hear());
    }
    all.addAll(heard());
    return all;
  }

  /** All lines that are there, now. */
  List<String> heard() {
    List<String> all = new ArrayList<>();
    lines.drainTo(all);
    return all;
  }

  void say(String line) throws IOException {
    toProcess.write(line + "\n");
    toProcess.flush();
  }

  String ask(String line) throws IOException, InterruptedException {
    say(line);
    return hear();
  }

  /** Has a client send a text and wait long for what comes of it. */
  String sends(String text) throws IOException, InterruptedException {
    return ask("10 " + text);
  }

  /** Has a client send a text that will hardly arrive, and wait briefly. */
  String tries(String text) throws IOException, InterruptedException {
    return ask("0.5 " + text);
  }

  /** Kills the program as {@code kill -9} does, and waits for its end. */
  void kill() {
    process.destroyForcibly().onExit().join();
  }

  @Override
  public void close() {
    kill();
  }
}
