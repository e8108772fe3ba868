// SPDX-License-Identifier: Apache-2.0
package org.sallyport.store.file.internal;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.sallyport.api.rule.Origin;
import org.sallyport.api.rule.StoreError;
import org.sallyport.api.rule.StoreUnit;

/** The folder of rule files. Used by the control thread, except {@link #signature}. */
final class RuleFolder {

  private static final int MAX_FILES = 1_000;

  private final Path folder;
  private final SafeFiles files;
  private Set<Path> lastListed = Set.of();

  RuleFolder(Path folder, SafeFiles files) {
    this.folder = Objects.requireNonNull(folder, "folder");
    this.files = Objects.requireNonNull(files, "files");
  }

  Path path() {
    return folder;
  }

  Path consoleFile() {
    return folder.resolve(ConsoleFile.NAME);
  }

  /** Makes the folder if it is missing. */
  void create() throws IOException {
    if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
      Files.createDirectories(
          folder,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
    }
  }

  /**
   * Reads every file, in the order of names. If the folder itself cannot be read, each file known
   * so far is reported as unreadable rather than gone: its last good rules stay in force.
   */
  List<StoreUnit> read() {
    List<StoreUnit> units = new ArrayList<>();
    try {
      create();
      files.checkFolder(folder);
      Set<Path> listed = list();
      for (Path file : listed) {
        units.add(read(file));
      }
      lastListed = listed;
    } catch (IOException e) {
      units.clear();
      String why = "the folder " + folder + " cannot be used: " + reason(e);
      units.add(broken(folder, why));
      lastListed.forEach(file -> units.add(broken(file, why)));
    }
    return units;
  }

  private Set<Path> list() throws IOException {
    Set<Path> listed = new TreeSet<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder, RuleFolder::isRuleFile)) {
      for (Path entry : entries) {
        listed.add(entry);
        if (listed.size() > MAX_FILES) {
          throw new IOException("it has more than " + MAX_FILES + " files");
        }
      }
    }
    return listed;
  }

  private static boolean isRuleFile(Path file) {
    String name = file.getFileName().toString();
    return name.endsWith(".yaml") && !name.startsWith(".");
  }

  private StoreUnit read(Path file) {
    try {
      return RuleFileParser.parse(file.toString(), files.read(file));
    } catch (NoSuchFileException e) {
      return new StoreUnit(file.toString(), List.of(), List.of()); // removed since it was listed
    } catch (IOException e) {
      return broken(file, reason(e));
    }
  }

  /** The console's file as it is now; nothing if there is none. */
  byte[] readConsoleFile() throws IOException {
    try {
      return files.read(consoleFile());
    } catch (NoSuchFileException e) {
      return new byte[0];
    }
  }

  private static StoreUnit broken(Path place, String message) {
    Origin origin = new Origin(place.toString(), 0);
    return new StoreUnit(place.toString(), List.of(), List.of(new StoreError(origin, message)));
  }

  private static String reason(IOException e) {
    return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
  }

  /** Changes whenever a file comes, goes or is written, or rights change; safe on any thread. */
  String signature() {
    StringBuilder signature = new StringBuilder();
    try {
      String what = "unix:ino,mode,uid,size,ctime,lastModifiedTime";
      signature.append(
          Files.readAttributes(folder, "unix:ino,mode,uid", LinkOption.NOFOLLOW_LINKS));
      for (Path file : list()) {
        signature.append('\n').append(file.getFileName());
        signature.append(Files.readAttributes(file, what, LinkOption.NOFOLLOW_LINKS));
      }
    } catch (IOException e) {
      signature.append('\n').append(e);
    }
    return signature.toString();
  }
}
