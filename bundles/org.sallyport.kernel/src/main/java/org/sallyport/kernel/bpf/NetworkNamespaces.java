// SPDX-License-Identifier: Apache-2.0
package org.sallyport.kernel.bpf;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Network namespaces by the inode number of their files (namespaces(7)). */
final class NetworkNamespaces {

  private static final Path OWN = Path.of("/proc/thread-self/ns/net");
  private static final Path PROCESSES = Path.of("/proc");
  private static final Path MOUNTS = Path.of("/proc/self/mountinfo");
  private static final Pattern NUMBER = Pattern.compile("(?:^| )net:\\[(\\d{1,19})\\](?:$| )");

  private NetworkNamespaces() {}

  /** The calling thread's. */
  static String own() throws IOException {
    return number(Files.readSymbolicLink(OWN).toString())
        .orElseThrow(() -> new IOException("the network namespace has no number"));
  }

  /** Those in which a process runs, and those that have a name ({@code ip netns}). */
  static Set<String> alive() throws IOException {
    Set<String> alive = new HashSet<>();
    try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROCESSES, "[1-9]*")) {
      for (Path process : processes) {
        try {
          number(Files.readSymbolicLink(process.resolve("ns/net")).toString())
              .ifPresent(alive::add);
        } catch (IOException e) {
          // it ended meanwhile
        }
      }
    }
    for (String line : Files.readAllLines(MOUNTS, StandardCharsets.UTF_8)) {
      number(line).ifPresent(alive::add);
    }
    return alive;
  }

  private static Optional<String> number(String text) {
    Matcher found = NUMBER.matcher(text);
    return found.find() ? Optional.of(found.group(1)) : Optional.empty();
  }
}
