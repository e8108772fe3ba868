// SPDX-License-Identifier: Apache-2.0
package org.sallyport.shell.internal;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The names of local users, for showing only. Users of other sources (LDAP) appear by number:
 * asking a name server for each line would be slow, and its answer would travel through this
 * firewall.
 */
final class UserNames {

  private final Path passwd;
  private FileTime readAt = FileTime.fromMillis(0);
  private Map<Long, String> names = Map.of();

  /**
   * Creates the resolver.
   *
   * @param passwd a file in the form of passwd(5); read again when it changed
   */
  UserNames(Path passwd) {
    this.passwd = passwd;
  }

  /** The name of a uid, or its number. */
  synchronized String of(long uid) {
    refresh();
    return names.getOrDefault(uid, Long.toString(uid));
  }

  private void refresh() {
    try {
      FileTime changed = Files.getLastModifiedTime(passwd);
      if (!changed.equals(readAt)) {
        names = read(Files.readAllLines(passwd, StandardCharsets.ISO_8859_1));
        readAt = changed;
      }
    } catch (IOException e) {
      // No file, no names: numbers are right too.
      names = Map.of();
    }
  }

  private static Map<Long, String> read(List<String> lines) {
    Map<Long, String> names = new HashMap<>();
    for (String line : lines) {
      String[] fields = line.split(":", -1);
      if (fields.length >= 3 && fields[2].matches("\\d{1,10}")) {
        names.putIfAbsent(Long.valueOf(fields[2]), fields[0]);
      }
    }
    return names;
  }
}
