// SPDX-License-Identifier: Apache-2.0
package org.sallyport.codec.classes;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.util.Arrays;
import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Loads and initialises every class of a bundle and every class near it that they speak of. What a
 * bundle made, or a thread it started, may outlive the bundle's wiring; it must never need a class
 * after that is gone, also not on a branch that was never taken before.
 */
public final class ClassWarmUp {

  private final Pattern mentioned;

  /**
   * Says what is near.
   *
   * @param prefixes the packages whose classes are loaded where they are mentioned, packages in
   *     them included, such as {@code org.sallyport}
   */
  public ClassWarmUp(String... prefixes) {
    String packages =
        Arrays.stream(prefixes)
            .map(prefix -> Pattern.quote(prefix.replace('.', '/')))
            .collect(Collectors.joining("|"));
    mentioned = Pattern.compile("(?:^|[L;\\[(<])((?:" + packages + ")/[\\w/$-]+)");
  }

  /**
   * Loads what some class files hold and mention.
   *
   * @param classFiles the bundle's own class files
   * @param loader the bundle's loader
   * @return the names of the classes that are initialised now
   * @throws IllegalStateException if one cannot be loaded: then the bundle is not fit to run
   */
  public Set<String> load(Collection<URL> classFiles, ClassLoader loader) {
    Set<String> names = new TreeSet<>();
    try {
      for (URL file : classFiles) {
        try (InputStream stream = file.openStream()) {
          collect(new DataInputStream(stream), names);
        }
      }
      for (String name : names) {
        Class.forName(name, true, loader);
      }
    } catch (IOException | ClassNotFoundException e) {
      throw new IllegalStateException("a class of the bundle cannot be loaded: " + e, e);
    }
    return names;
  }

  /**
   * Reads the constant pool of a class file (JVMS §4.4): all names of classes stand there, this
   * one's too, alone or in descriptors.
   */
  private void collect(DataInputStream file, Set<String> names) throws IOException {
    file.skipNBytes(8); // magic, versions
    int count = file.readUnsignedShort();
    for (int i = 1; i < count; i++) {
      int tag = file.readUnsignedByte();
      switch (tag) {
        case 1 -> addMentioned(file.readUTF(), names); // Utf8
        case 3, 4, 9, 10, 11, 12, 17, 18 -> file.skipNBytes(4);
        case 5, 6 -> { // Long and Double take two places
          file.skipNBytes(8);
          i++;
        }
        case 7, 8, 16, 19, 20 -> file.skipNBytes(2);
        case 15 -> file.skipNBytes(3);
        default -> throw new IOException("unknown tag " + tag + " in a class file");
      }
    }
  }

  private void addMentioned(String constant, Set<String> names) {
    Matcher matcher = mentioned.matcher(constant);
    while (matcher.find()) {
      String name = matcher.group(1).replace('/', '.');
      if (!name.endsWith("package-info")) {
        names.add(name);
      }
    }
  }
}
