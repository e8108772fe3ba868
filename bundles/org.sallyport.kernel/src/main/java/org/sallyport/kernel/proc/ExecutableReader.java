// SPDX-License-Identifier: Apache-2.0
package org.sallyport.kernel.proc;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** Reads {@code /proc/PID/exe} so that name and file belong together. */
final class ExecutableReader {

  private static final String DELETED = " (deleted)";
  private static final int MAX_ATTEMPTS = 3;

  private final Path root;
  private final String hostNamespace;

  ExecutableReader(Path root) {
    this.root = root;
    this.hostNamespace = hostNamespace(root);
  }

  /**
   * The mount namespace of the first process. Where that may not be looked at (a container, a
   * restricted root), this process's own: its paths are then what rules speak of.
   */
  private static String hostNamespace(Path root) {
    for (String process : new String[] {"1", "self"}) {
      try {
        return Files.readSymbolicLink(root.resolve(process + "/ns/mnt")).toString();
      } catch (IOException e) {
        // not readable: try the next
      }
    }
    return "";
  }

  /** May throw NoSuchFileException for a process that is gone and for a kernel thread. */
  ProcRead<ProcExecutable> read(int pid) throws IOException {
    Path link = root.resolve(pid + "/exe");
    for (int i = 0; i < MAX_ATTEMPTS; i++) {
      Map<String, Object> before = fileOf(link);
      String name = text(Files.readSymbolicLink(link));
      boolean host = isInHostNamespace(pid);
      // the same file before and after: no exec came between name and number
      if (before.equals(fileOf(link))) {
        boolean deleted = name.endsWith(DELETED) && !leadsTo(pid, name, before);
        String path = deleted ? name.substring(0, name.length() - DELETED.length()) : name;
        return new ProcRead.Done<>(
            new ProcExecutable(
                path, number(before.get("dev")), number(before.get("ino")), host, deleted));
      }
    }
    return new ProcRead.Failed<>("the process executes other files again and again");
  }

  private static Map<String, Object> fileOf(Path path) throws IOException {
    return Files.readAttributes(path, "unix:dev,ino");
  }

  private static long number(Object value) {
    return ((Number) value).longValue();
  }

  private boolean isInHostNamespace(int pid) {
    try {
      return Files.readSymbolicLink(root.resolve(pid + "/ns/mnt")).toString().equals(hostNamespace);
    } catch (IOException e) {
      // unknown counts as foreign: a path is believed for the host's own processes only
      return false;
    }
  }

  /** Whether a name that ends like a mark of deletion is the file's real name. */
  private boolean leadsTo(int pid, String name, Map<String, Object> file) {
    try {
      return file.equals(fileOf(root.resolve(pid + "/root" + name)));
    } catch (IOException e) {
      return false;
    }
  }

  /** The link's text as UTF-8, also where the JVM runs in a locale that cannot say it. */
  private static String text(Path target) {
    String text = target.toString();
    if (text.indexOf('\ufffd') < 0) {
      return text;
    }
    String encoded = target.toUri().getRawPath();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int i = 0; i < encoded.length(); i++) {
      char c = encoded.charAt(i);
      if (c == '%') {
        bytes.write(Integer.parseInt(encoded.substring(i + 1, i + 3), 16));
        i += 2;
      } else {
        bytes.write(c);
      }
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }
}
