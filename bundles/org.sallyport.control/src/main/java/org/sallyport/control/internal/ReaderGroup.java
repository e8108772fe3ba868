// SPDX-License-Identifier: Apache-2.0
package org.sallyport.control.internal;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.UserPrincipal;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The group whose members may read. The kernel lets only members connect (mode of folder and
 * socket); asking the group database again is the second lock, for a peer that came past the first,
 * for example with CAP_DAC_OVERRIDE.
 */
final class ReaderGroup {

  private static final long DATABASE_DEADLINE_MS = 2000;

  private final String name;

  ReaderGroup(String name) {
    this.name = name;
  }

  /** The group as a file's owner, or empty if it does not exist. */
  Optional<GroupPrincipal> principal() throws IOException {
    try {
      return Optional.of(
          FileSystems.getDefault()
              .getUserPrincipalLookupService()
              .lookupPrincipalByGroupName(name));
    } catch (UserPrincipalNotFoundException e) {
      return Optional.empty();
    }
  }

  /** Whether the user belongs to the group, by its own group or by the group's list of members. */
  boolean contains(UserPrincipal user, GroupPrincipal ownGroup) throws IOException {
    Optional<GroupPrincipal> group = principal();
    return group.isPresent()
        && (group.get().equals(ownGroup) || members().contains(user.getName()));
  }

  /** Through getent(1), since only the C library knows every source of groups. */
  private List<String> members() throws IOException {
    Process process =
        new ProcessBuilder("/usr/bin/getent", "group", name)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try (BufferedReader out =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      process.getOutputStream().close();
      if (!process.waitFor(DATABASE_DEADLINE_MS, TimeUnit.MILLISECONDS)) {
        return List.of();
      }
      String line = out.readLine();
      String[] fields = line == null ? new String[0] : line.split(":", -1);
      return fields.length == 4 ? List.of(fields[3].split(",")) : List.of();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return List.of();
    } finally {
      process.destroyForcibly();
    }
  }
}
