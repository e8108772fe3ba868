// SPDX-License-Identifier: Apache-2.0
package org.sallyport.kernel.proc;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.sallyport.kernel.internal.SystemFiles;

/** Reads the effective capabilities of {@code /proc/PID/status} (proc(5), capabilities(7)). */
final class CapabilityReader {

  private static final int STATUS_LIMIT = 16_384;
  private static final String LINE = "CapEff:\t";
  private static final int DIGITS = 16;

  private final Path root;
  private final String hostNamespace;

  CapabilityReader(Path root) {
    this.root = root;
    String first = namespaceOf("1");
    this.hostNamespace = first.isEmpty() ? namespaceOf("self") : first;
  }

  private String namespaceOf(String pid) {
    try {
      byte[] link = SystemFiles.readLink(root + "/" + pid + "/ns/user");
      return new String(link, StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      return "";
    }
  }

  ProcRead<Long> read(int pid) throws IOException {
    byte[] bytes = SystemFiles.read(root + "/" + pid + "/status", STATUS_LIMIT);
    String status = new String(bytes, StandardCharsets.ISO_8859_1);
    // the name's line comes first, but its newlines are escaped: no line of it can pose as this
    int at = status.indexOf("\n" + LINE) + 1 + LINE.length();
    int end = status.indexOf('\n', at);
    if (at <= LINE.length() || end - at != DIGITS) {
      return new ProcRead.Failed<>("status has no CapEff line");
    }
    try {
      long bits = Long.parseUnsignedLong(status, at, end, 16);
      String namespace = namespaceOf(Integer.toString(pid));
      if (namespace.isEmpty()) {
        return new ProcRead.Failed<>("the user namespace cannot be read");
      }
      return new ProcRead.Done<>(namespace.equals(hostNamespace) ? bits : 0L);
    } catch (NumberFormatException e) {
      return new ProcRead.Failed<>("CapEff is no number");
    }
  }
}
